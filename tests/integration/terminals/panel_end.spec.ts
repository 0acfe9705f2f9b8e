import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { WebSocket } from 'ws'
import { Owner } from '#tests/demo/owner'
import { createFleet } from '#tests/fleet/fleet'
import { Panel } from '#tests/support/panel'

/** How long a terminal that a crash left open may stay open in the books, in milliseconds. */
const PATIENCE_MS = 40_000

test.group('Terminals of a panel that ends', (group) => {
  const fleet = createFleet({ image: 'base' })

  group.tap((each) => each.timeout(120_000))
  group.setup(async () => {
    await fleet.start(1)
  })
  group.teardown(() => fleet.stop())

  /** Opens a terminal as the page does, and sees the prompt. */
  async function openTerminal(panel: Panel, owner: Owner, serverId: string) {
    const { html } = await owner.visitor.open(`/servers/${serverId}/terminal`)
    const token = /name=['"]_csrf['"] value=['"]([^'"]+)['"]/.exec(html)![1]
    const { cookie } = owner.visitor
    const answer = await fetch(`${panel.url}/servers/${serverId}/terminals`, {
      method: 'POST',
      headers: { cookie, accept: 'application/json' },
      body: new URLSearchParams({ _csrf: token }),
    })
    const { ticket } = (await answer.json()) as { ticket: string }
    const url = `${panel.url.replace('http', 'ws')}/servers/${serverId}/terminal/socket`
    const protocols = ['muster.terminal', `ticket.${ticket}`]
    const socket = new WebSocket(url, protocols, { headers: { cookie }, origin: panel.url })
    socket.on('error', () => {})
    await once(socket, 'open')
    const texts: string[] = []
    const prompt = Promise.withResolvers<void>()
    socket.on('message', (data, isBinary) => {
      if (!isBinary) texts.push(String(data))
      else if (String(data).includes('# ')) prompt.resolve()
    })
    socket.send(JSON.stringify({ type: 'open', columns: 80, rows: 24, offset: 0 }))
    await prompt.promise
    return { socket, texts }
  }

  const endings = async (owner: Owner) => {
    const { html } = await owner.visitor.open('/activity?group=terminals')
    return html.replaceAll(/\s+/g, ' ').split('because the panel stopped').length - 1
  }

  test('are ended by one that stops, at once, and closed by the next start of one that crashed', async ({
    assert,
  }) => {
    await using panel = await Panel.start({ environment: { MUSTER_ROLES: 'web' } })
    const owner = new Owner(panel.url)
    const person = { fullName: 'Ada', email: 'ada@example.com', password: 'a long enough password' }
    await owner.claim(panel.claimLink, person)
    const serverId = await owner.connect(fleet.host('web-1'))

    const first = await openTerminal(panel, owner, serverId)
    const closed = once(first.socket, 'close')
    const begun = Date.now()
    assert.equal(await panel.kill('SIGTERM'), 0)
    assert.isBelow(Date.now() - begun, 10_000)
    await closed
    assert.include(first.texts.join(), 'The panel stopped.')
    await panel.boot()
    assert.equal(await endings(owner), 1)

    await openTerminal(panel, owner, serverId)
    await panel.kill('SIGKILL')
    await panel.boot()
    for (const end = Date.now() + PATIENCE_MS; (await endings(owner)) < 2; await sleep(500)) {
      assert.isBelow(Date.now(), end)
    }
    assert.equal(await endings(owner), 2)
  })
})
