import { test } from '@japa/runner'
import {
  RunStream,
  type EventSourceLike,
  type LogSlice,
  type RunState,
} from '../../../resources/js/lib/run_stream.js'

class FakeSource implements EventSourceLike {
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  closed = false
  #listeners = new Map<string, (event: { data: string }) => void>()
  url: string

  constructor(url: string) {
    this.url = url
  }

  addEventListener(type: string, listener: (event: { data: string }) => void) {
    this.#listeners.set(type, listener)
  }

  close() {
    this.closed = true
  }

  emit(type: string, data: unknown) {
    this.#listeners.get(type)!({ data: typeof data === 'string' ? data : JSON.stringify(data) })
  }
}

/** A log on a fake server: pure ASCII, so that bytes are characters. */
function createRun(log: string, { offset = 0 } = {}) {
  const run = {
    log,
    text: log.slice(0, offset),
    sources: [] as FakeSource[],
    fetched: [] as string[],
    waits: [] as number[],
    failFetches: 0,
    gaps: [] as [number, number][],
    states: [] as RunState[],
    connections: [] as string[],
    ended: 0,
    source: () => run.sources.at(-1)!,
    slice: (from: number, to: number): LogSlice => ({
      offset: from,
      next: to,
      text: run.log.slice(from, to),
    }),
    settle: () => new Promise((resolve) => setTimeout(resolve, 1)),
    stream: undefined as unknown as RunStream,
  }
  run.stream = new RunStream({
    eventsUrl: '/runs/1/events',
    logUrl: '/runs/1/log',
    offset,
    connect: (url) => {
      run.sources.push(new FakeSource(url))
      return run.source()
    },
    fetchSlice: async (url) => {
      run.fetched.push(url)
      if (run.failFetches-- > 0) {
        throw new Error('no answer')
      }
      const from = Number(new URL(url, 'http://panel').searchParams.get('from'))
      return run.slice(from, Math.min(run.log.length, from + 10))
    },
    wait: async (milliseconds) => {
      run.waits.push(milliseconds)
    },
  })
  run.stream.listen({
    log: (text) => (run.text += text),
    gap: (from, to) => run.gaps.push([from, to]),
    state: (state) => run.states.push(state),
    connection: (connection) => run.connections.push(connection),
    end: () => run.ended++,
  })
  run.stream.open()
  return run
}

const LOG = 'abcdefghijklmnopqrstuvwxyz0123456789'

test.group('RunStream', () => {
  test('begins at the first byte that the page does not have', ({ assert }) => {
    const run = createRun(LOG, { offset: 7 })

    assert.equal(run.source().url, '/runs/1/events?offset=7')
  })

  test('delivers what comes in order', async ({ assert }) => {
    const run = createRun(LOG)
    run.source().emit('log', run.slice(0, 5))
    run.source().emit('log', run.slice(5, 12))
    await run.settle()

    assert.equal(run.text, LOG.slice(0, 12))
    assert.equal(run.stream.offset, 12)
    assert.isEmpty(run.fetched)
  })

  test('ignores what it has already', async ({ assert }) => {
    const run = createRun(LOG)
    run.source().emit('log', run.slice(0, 10))
    run.source().emit('log', run.slice(0, 10))
    run.source().emit('log', run.slice(2, 6))
    await run.settle()

    assert.equal(run.text, LOG.slice(0, 10))
  })

  test('fetches what is missing before it delivers what came', async ({ assert }) => {
    const run = createRun(LOG)
    run.source().emit('log', run.slice(0, 3))
    run.source().emit('log', run.slice(25, 30))
    run.source().emit('log', run.slice(30, 33))
    await run.settle()

    assert.equal(run.text, LOG.slice(0, 33))
    assert.equal(run.fetched[0], '/runs/1/log?from=3&limit=262144')
  })

  test('takes only the new part of a piece that overlaps', async ({ assert }) => {
    const run = createRun(LOG)
    run.source().emit('log', run.slice(0, 10))
    run.source().emit('log', run.slice(6, 16))
    await run.settle()

    assert.isTrue(LOG.startsWith(run.text))
    assert.isAtLeast(run.text.length, 16)
    assert.equal(run.stream.offset, run.text.length)
  })

  test('connects again from where it stands, waiting longer each time', async ({ assert }) => {
    const run = createRun(LOG)
    run.source().emit('log', run.slice(0, 4))
    await run.settle()
    run.source().onerror!()
    await run.settle()
    run.source().onerror!()
    await run.settle()

    assert.lengthOf(run.sources, 3)
    assert.isTrue(run.sources[0].closed)
    assert.equal(run.source().url, '/runs/1/events?offset=4')
    assert.deepEqual(run.waits, [500, 1000])
    assert.include(run.connections, 'lost')
    run.source().onopen!()
    assert.equal(run.connections.at(-1), 'live')
  })

  test('hears nothing more of a connection it gave up', async ({ assert }) => {
    const run = createRun(LOG)
    const old = run.source()
    run.stream.open()
    old.emit('log', run.slice(0, 5))
    old.onerror!()
    await run.settle()

    assert.equal(run.text, '')
    assert.lengthOf(run.sources, 2)
  })

  test('asks again when a missing part cannot be fetched at once', async ({ assert }) => {
    const run = createRun(LOG)
    run.failFetches = 3
    run.source().emit('log', run.slice(8, 12))
    await run.settle()

    assert.isTrue(LOG.startsWith(run.text))
    assert.isAtLeast(run.text.length, 12)
    assert.isEmpty(run.gaps)
  })

  test('says what is missing when it cannot be had at all', async ({ assert }) => {
    const run = createRun(LOG)
    run.failFetches = 1000
    run.source().emit('log', run.slice(8, 12))
    await run.settle()

    assert.deepEqual(run.gaps, [[0, 8]])
    assert.equal(run.text, LOG.slice(8, 12))
    assert.equal(run.stream.offset, 12)
  })

  test('fetches the rest at the end and connects no more', async ({ assert }) => {
    const run = createRun(LOG)
    run.source().emit('log', run.slice(0, 5))
    run.source().emit('state', { state: 'succeeded', label: 'Succeeded', tone: 'success' })
    run.source().emit('end', {})
    run.source().onerror!()
    await run.settle()
    run.stream.open()

    assert.equal(run.text, LOG)
    assert.equal(run.ended, 1)
    assert.equal(run.states[0].label, 'Succeeded')
    assert.lengthOf(run.sources, 1)
    assert.isTrue(run.source().closed)
    assert.equal(run.connections.at(-1), 'ended')
  })

  test('loses and doubles nothing, whatever the order of events', async ({ assert }) => {
    for (let seed = 1; seed <= 100; seed++) {
      const run = createRun(LOG)
      let random = seed
      const next = (most: number) => (random = (random * 48271) % 2147483647) % most
      for (let event = 0; event < 12; event++) {
        const from = next(LOG.length)
        run.source().emit('log', run.slice(from, from + 1 + next(LOG.length - from)))
        if (next(4) === 0) {
          run.source().onerror!()
          await run.settle()
        }
      }
      run.source().emit('end', {})
      await run.settle()

      assert.equal(run.text, LOG, `seed ${seed}`)
    }
  }).timeout(20_000)

  test('survives events that are not JSON', async ({ assert }) => {
    const run = createRun(LOG)
    run.source().emit('log', '<html>')
    run.source().emit('state', 'nonsense')
    run.source().emit('log', run.slice(0, 3))
    await run.settle()

    assert.equal(run.text, 'abc')
    assert.isEmpty(run.states)
  })
})
