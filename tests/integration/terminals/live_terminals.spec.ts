import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { RemoteError } from '#engine/ssh/errors'
import type Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import type { Scope } from '#app/teams/scope'
import type { TerminalLimits } from '#app/terminals/limits'
import type { LiveTerminal, TerminalView } from '#app/terminals/live_terminal'
import { LiveTerminals } from '#app/terminals/live_terminals'
import type { ServerMessage } from '#app/terminals/messages'
import Terminal from '#app/terminals/models/terminal'
import type { TerminalRights } from '#app/terminals/terminal_rights'
import { createFleet } from '#tests/fleet/fleet'
import type { Host } from '#tests/fleet/host'
import { connectedServer, createOwner } from '#tests/support/fleet_servers'

const PATIENCE_MS = 30_000

/** Rights that last: how they end is the matter of other tests. */
const rights = { loss: async () => null } as unknown as TerminalRights

/** A browser as far as a terminal sees it: keeps what it is shown and says so. */
class Screen implements TerminalView {
  text = ''
  offset = 0
  acknowledges = true
  readonly messages: ServerMessage[] = []
  terminal: LiveTerminal | null = null

  output(bytes: Buffer) {
    this.text = `${this.text}${bytes.toString('latin1')}`.slice(-100_000)
    this.offset += bytes.length
    if (this.acknowledges) setImmediate(() => this.terminal?.acknowledge(this.offset))
  }

  say(message: ServerMessage) {
    if (message.type === 'opened') this.offset = message.offset
    this.messages.push(message)
  }

  close() {}

  attach(terminal: LiveTerminal, offset = 0) {
    this.terminal = terminal
    terminal.attach(this, offset, rights)
    return this
  }

  type(text: string) {
    this.terminal!.type(Buffer.from(text))
  }

  async see(pattern: RegExp): Promise<RegExpExecArray> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(10)) {
      const match = pattern.exec(this.text)
      if (match) return match
    }
    throw new Error(`${pattern} is not in ${JSON.stringify(this.text.slice(-500))}`)
  }

  async end(): Promise<Extract<ServerMessage, { type: 'ended' }>> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(10)) {
      const message = this.messages.find(({ type }) => type === 'ended')
      if (message?.type === 'ended') return message
    }
    throw new Error('It has not ended.')
  }
}

test.group('Terminals on real servers', (group) => {
  const fleet = createFleet({ image: 'base' })
  let host: Host
  let scope: Scope
  let server: Server
  let remotes: ServerRemotes
  let live: LiveTerminals

  group.setup(async () => {
    await fleet.start(1)
    host = fleet.host('web-1')
    scope = (await createOwner()).scope
    server = await connectedServer(scope, host)
  })
  group.teardown(() => fleet.stop())
  group.each.setup(() => {
    remotes = new ServerRemotes()
    bound({})
    return async () => {
      await live.stop()
      await remotes.close()
    }
  })

  function bound(limits: Partial<TerminalLimits>) {
    live = new LiveTerminals(async () => remotes, limits)
  }

  const admission = () => ({ scope, signInId: 'x'.repeat(26), server, rights, terminalId: null })

  const open = () => live.open(admission(), { columns: 90, rows: 30 }, new AbortController().signal)

  const start = async () => new Screen().attach(await open())

  /** What the host has of shells on terminals. */
  const shells = () =>
    host.inside(['sh', '-c', 'ps -eo tty,args | grep -c "^pts.*-bash" || true']).trim()

  async function reasonOf({ terminal }: Screen) {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(20)) {
      const row = await Terminal.within(scope).where('id', terminal!.id).firstOrFail()
      if (row.endedAt) return row.reason
    }
    throw new Error('The row has not ended.')
  }

  test('a real shell: login, colours, size, and its exit code', async ({ assert }) => {
    const screen = await start()
    screen.type('echo "[$(id -un) $TERM $(stty size) $(shopt -q login_shell && echo login)]"\r')
    await screen.see(/\[root xterm-256color 30 90 login\]/)
    screen.terminal!.resize({ columns: 120, rows: 40 })
    screen.type('echo "[$(stty size)]"; ls --color=auto -d /etc\r')
    await screen.see(/\[40 120\]/)
    await screen.see(/\[01;34m\/etc/)
    assert.equal(remotes.gauges().connections, 1)
    assert.equal(remotes.gauges().channels, 1)
    screen.type('exit 42\r')
    assert.equal((await screen.end()).message, 'The shell ended with exit code 42.')
    assert.equal(await reasonOf(screen), 'exited')
    for (const end = Date.now() + 5000; remotes.gauges().connections > 0 && Date.now() < end;) {
      await sleep(20)
    }
    assert.equal(remotes.gauges().connections, 0)
  })

  test('a browser that comes back finds the same shell and everything it said', async ({
    assert,
  }) => {
    const first = await start()
    first.type('echo "pid=$$."\r')
    const [, pid] = await first.see(/pid=(\d+)\./)
    first.type('for i in $(seq 1 40); do echo "line-$i."; sleep 0.05; done\r')
    await first.see(/line-5\./)
    first.terminal!.detach(first)
    const { terminal, offset } = first
    await sleep(1500)
    const second = new Screen().attach(terminal!, offset)
    await second.see(/line-40\./)
    const numbers = [...`${first.text}${second.text}`.matchAll(/line-(\d+)\./g)].map(([, n]) => n)
    assert.deepEqual(
      numbers,
      Array.from({ length: 40 }, (_, index) => String(index + 1))
    )
    second.type('echo "pid=$$."\r')
    await second.see(new RegExp(`pid=${pid}\\.`))
  })

  test('when nobody comes back, the shell is hung up and nothing of it is left', async ({
    assert,
  }) => {
    bound({ detached: 500 })
    const screen = await start()
    screen.type('echo "pid=$$."; sleep 1000\r')
    const [, pid] = await screen.see(/pid=(\d+)\./)
    screen.terminal!.detach(screen)
    assert.equal(await reasonOf(screen), 'link_lost')
    const alive = () =>
      host.inside(['sh', '-c', `kill -0 ${Number(pid)} 2>/dev/null && echo yes || echo no`]).trim()
    for (const end = Date.now() + 10_000; alive() === 'yes' && Date.now() < end;) await sleep(100)
    assert.equal(alive(), 'no')
  })

  test('a flood is held back at the server, and commands go by it', async ({ assert }) => {
    const screen = await start()
    screen.acknowledges = false
    screen.type('yes\r')
    await sleep(1500)
    assert.isBelow(screen.offset, 400 * 1024)
    const before = process.memoryUsage().rss
    await sleep(1500)
    assert.isBelow(process.memoryUsage().rss - before, 32 * 1024 * 1024)
    const { sh } = await import('#engine/shell/command')
    const { stdout } = await remotes.of(server).mustRun(sh`echo free`, { timeout: 10_000 })
    assert.equal(stdout, 'free\n')
    screen.acknowledges = true
    screen.terminal!.acknowledge(screen.offset)
    for (const end = Date.now() + 20_000; screen.offset < 20e6 && Date.now() < end;) await sleep(20)
    assert.isAbove(screen.offset, 20e6)
    assert.isBelow(process.memoryUsage().rss - before, 150 * 1024 * 1024)
    screen.type('\x03')
    screen.type('echo "still-$((1+1))"\r')
    await screen.see(/still-2/)
  })

  test('T1: a link that goes down for a while is waited out', async ({ assert }) => {
    const screen = await start()
    screen.type('echo "pid=$$."\r')
    const [, pid] = await screen.see(/pid=(\d+)\./)
    host.linkDown()
    screen.type('echo "typed in the dark $((40+2))"\r')
    await sleep(3000)
    host.linkUp()
    await screen.see(/typed in the dark 42/)
    screen.type('echo "pid=$$."\r')
    await screen.see(new RegExp(`pid=${pid}\\.`))
    assert.isUndefined(screen.messages.find(({ type }) => type === 'ended'))
  })

  test('T2: a session that is killed at the server ends as lost', async ({ assert }) => {
    const screen = await start()
    await screen.see(/# /)
    host.killSessions()
    assert.equal((await screen.end()).reason, 'server_lost')
    assert.equal(await reasonOf(screen), 'server_lost')
    const next = await start()
    await next.see(/# /)
  })

  test('a server with another host key gets no shell and no login', async ({ assert }) => {
    const { hostKeys } = server
    const other = await connectedServer(scope, host, {
      name: 'impostor',
      hostKeys: [{ ...hostKeys[0], key: hostKeys[0].key.replace(/.{8}$/, 'AAAAAAAA') }],
    })
    const error = await live
      .open(
        { ...admission(), server: other },
        { columns: 80, rows: 24 },
        new AbortController().signal
      )
      .then(
        () => null,
        (refusal: unknown) => refusal
      )
    assert.instanceOf(error, RemoteError)
    assert.equal((error as RemoteError).code, 'E_HOST_KEY')
    assert.equal(live.size, 0)
  })

  test('the panel that stops hangs up every shell', async ({ assert }) => {
    const before = shells()
    const screens = [await start(), await start()]
    for (const screen of screens) await screen.see(/# /)
    await live.stop()
    for (const screen of screens) assert.equal(await reasonOf(screen), 'panel_stopped')
    for (const end = Date.now() + 10_000; shells() !== before && Date.now() < end;) await sleep(100)
    assert.equal(shells(), before)
  })
})
