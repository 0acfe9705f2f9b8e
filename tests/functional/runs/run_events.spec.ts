import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import type Run from '#app/runs/models/run'
import { runEvents } from '#app/runs/run_events'
import { ChangeWaiter } from '#app/runs/change_waiter'
import { readEvents, type ServerSentEvent } from '#tests/support/event_stream'
import {
  appendLog,
  createRun,
  createServer,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

const TEXT = '\u001b[32mgrün ✓ 🚀\u001b[0m line\n'.repeat(30)

test.group('Events of a run', (group) => {
  let tenant: Tenant
  let visitor: Visitor
  let run: Run

  group.setup(async () => {
    tenant = await createTenant()
    visitor = new Visitor()
    await visitor.logIn(tenant.owner)
  })
  group.each.setup(async () => {
    run = await createRun(tenant, await createServer(tenant), { state: 'running' })
  })

  async function append(bytes: string | Buffer) {
    await appendLog(run, bytes)
    runEvents.changed(run.id)
  }

  async function end(state: string, exitCode: number) {
    const ended = { state, exit_code: exitCode, finished_at: Date.now() }
    await db.from('runs').where('id', run.id).update(ended)
    runEvents.changed(run.id)
  }

  /** Listens until `until` says so or the panel ends the stream. */
  async function listen(
    until: (event: ServerSentEvent) => boolean,
    { query = '', headers = {} }: { query?: string; headers?: Record<string, string> } = {}
  ): Promise<ServerSentEvent[]> {
    const left = new AbortController()
    const signal = AbortSignal.any([left.signal, AbortSignal.timeout(15_000)])
    const response = await visitor.get(`/runs/${run.id}/events${query}`, { headers, signal })
    if (response.status !== 200) throw new Error(`The stream answered ${response.status}`)
    const events = []
    for await (const event of readEvents(response)) {
      events.push(event)
      if (until(event)) break
    }
    left.abort()
    return events
  }

  const logsOf = (events: ServerSentEvent[]) =>
    events.filter(({ event }) => event === 'log').map(({ data }) => data)

  test('tell the state, the steps and the whole log, then end', async ({ assert }) => {
    await db.table('run_steps').insert({
      run_id: run.id,
      position: 0,
      name: 'fetch',
      title: 'Fetch',
      state: 'running',
      started_at: Date.now(),
      log_position: 0,
    })
    await append(TEXT)
    await end('succeeded', 0)
    const events = await listen(() => false)
    assert.equal(events.at(-1)!.event, 'end')
    assert.deepEqual(events.at(-1)!.data, {})
    const state = events.findLast(({ event }) => event === 'state')!.data
    assert.containSubset(state, { state: 'succeeded', exitCode: 0, label: 'Succeeded' })
    const steps = events.find(({ event }) => event === 'steps')!.data
    assert.lengthOf(steps, 1)
    assert.containSubset(steps[0], { position: 0, name: 'fetch', title: 'Fetch', offset: 0 })
    const text = logsOf(events).map((log) => log.text)
    assert.equal(text.join(''), TEXT)
  })

  test('are sent as an event stream that nothing on the way may keep', async ({ assert }) => {
    await end('succeeded', 0)
    const response = await visitor.get(`/runs/${run.id}/events`)
    assert.match(response.headers.get('content-type')!, /^text\/event-stream/)
    assert.match(response.headers.get('cache-control')!, /no-cache/)
    await response.text()
  })

  test('lose and double no byte, however often the link breaks', async ({ assert }) => {
    const bytes = Buffer.from(TEXT)
    let received = ''
    let resumeAt = '0'
    for (let at = 0, round = 0; at < bytes.length; round++) {
      // Cut anywhere, inside characters and escapes too, while nobody listens and while someone does.
      const size = 1 + ((round * 37) % 53)
      await append(bytes.subarray(at, at + size))
      at += size
      if (round % 3 !== 0) continue
      const headers: Record<string, string> = round === 0 ? {} : { 'last-event-id': resumeAt }
      const listening = listen(({ event }) => event === 'log', { headers })
      const more = bytes.subarray(at, at + 11)
      if (more.length > 0) await append(more)
      at += more.length
      for (const { event, id, data } of await listening) {
        if (event === 'log') {
          assert.equal(String(data.offset), resumeAt)
          received += data.text
          resumeAt = String(data.next)
          assert.equal(id, resumeAt)
        }
      }
    }
    await end('failed', 1)
    const rest = await listen(() => false, { headers: { 'last-event-id': resumeAt } })
    received += logsOf(rest)
      .map(({ text }) => text)
      .join('')
    assert.equal(received, TEXT)
    assert.equal(rest.at(-1)!.event, 'end')
  })

  test('begin at the offset asked for, unless the browser was further', async ({ assert }) => {
    await append('0123456789')
    await end('succeeded', 0)
    const asked = await listen(() => false, { query: '?offset=4' })
    assert.deepEqual(logsOf(asked), [{ offset: 4, next: 10, text: '456789' }])
    const further = await listen(() => false, {
      query: '?offset=4',
      headers: { 'last-event-id': '7' },
    })
    assert.deepEqual(logsOf(further), [{ offset: 7, next: 10, text: '789' }])
  })

  test('begin at the start when asked for an offset that is none', async ({ assert }) => {
    await append('0123456789')
    await end('succeeded', 0)
    for (const offset of ['x', '-3', '', 'NaN']) {
      const events = await listen(() => false, { query: `?offset=${offset}` })
      assert.equal(logsOf(events)[0]?.text, '0123456789', offset)
    }
  })

  test('end at once when asked for an offset beyond the log', async ({ assert }) => {
    await append('0123456789')
    await end('succeeded', 0)
    const events = await listen(() => false, { query: '?offset=99999' })
    assert.lengthOf(logsOf(events), 0)
    assert.equal(events.at(-1)!.event, 'end')
  })

  test('tell of a change soon after it happens', async ({ assert }) => {
    const listening = listen(({ event }) => event === 'log')
    const began = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 300))
    await append('news\n')
    const events = await listening
    assert.equal(logsOf(events)[0].text, 'news\n')
    assert.isBelow(performance.now() - began, 1_200)
  })

  test('of a run that changes without pause cost it at most twenty looks a second', async ({
    assert,
    cleanup,
  }) => {
    const waiter = new ChangeWaiter(run.id, new AbortController().signal)
    cleanup(() => waiter.close())
    const began = performance.now()
    let looks = 0
    while (performance.now() - began < 500) {
      runEvents.changed(run.id)
      await waiter.wait()
      looks++
    }
    // Twenty of them for what is over soon; a timer may be a millisecond early.
    assert.isAtLeast(looks, 20)
    assert.isAtMost(looks, 22 + Math.ceil((performance.now() - began) / 49))
  })

  test('tell of a change made by another process', async ({ assert }) => {
    const listening = listen(({ event }) => event === 'log')
    await new Promise((resolve) => setTimeout(resolve, 200))
    await appendLog(run, 'written elsewhere\n')
    const events = await listening
    assert.equal(logsOf(events)[0].text, 'written elsewhere\n')
  })

  test('end when the run is removed', async ({ assert }) => {
    await append('text\n')
    const listening = listen(() => false)
    await new Promise((resolve) => setTimeout(resolve, 200))
    await run.delete()
    const events = await listening
    assert.equal(logsOf(events)[0].text, 'text\n')
  })

  test('serve many listeners at once', async ({ assert }) => {
    await append('start\n')
    const listeners = Array.from({ length: 25 }, () => listen(() => false))
    await append(TEXT)
    await end('succeeded', 0)
    for (const events of await Promise.all(listeners)) {
      const text = logsOf(events).map((log) => log.text)
      assert.equal(text.join(''), `start\n${TEXT}`)
    }
  })
})
