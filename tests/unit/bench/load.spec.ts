import { once as event } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { test } from '@japa/runner'
import { generateLoad } from '../../../bench/generate_load.js'
import { countFailures, runLoad, startLoad, worstWithin } from '../../../bench/load.js'

test.group('Load generator', (group) => {
  let server: Server | undefined

  async function serve(listener: RequestListener): Promise<string> {
    server = createServer(listener).listen(0, '127.0.0.1')
    await event(server, 'listening')
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('no address')
    return `http://127.0.0.1:${address.port}/`
  }

  group.each.teardown(() => {
    server?.closeAllConnections()
    server?.close()
  })

  test('a steady load sends exactly what was asked, never more at a time', async ({ assert }) => {
    let open = 0
    let most = 0
    const url = await serve((_, response) => {
      most = Math.max(most, ++open)
      setTimeout(() => response.end('ok', () => void open--), 5)
    })
    const load = await runLoad({
      url,
      pace: { kind: 'steady', requests: 40, concurrency: 4 },
      keepAlive: true,
    })
    assert.lengthOf(load.latencies, 40)
    assert.equal(countFailures(load), 0)
    assert.equal(most, 4)
    assert.isTrue(load.latencies.every((latency) => latency >= 4))
  })

  test('a paced load keeps its pace until it is told to stop', async ({ assert }) => {
    const url = await serve((_, response) => void response.end('ok'))
    const began = performance.now()
    const load = startLoad({
      url,
      pace: { kind: 'paced', perSecond: 100, mostSeconds: 20 },
      keepAlive: false,
    })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const { latencies, seconds } = await load.finish()
    assert.isBelow(performance.now() - began, 10_000)
    assert.approximately(latencies.length / seconds, 100, 15)
  })

  test('answers other than 200 and broken connections are failures', async ({ assert }) => {
    let count = 0
    const url = await serve((request, response) => {
      if (++count % 2 === 0) request.socket.destroy()
      else response.writeHead(502).end()
    })
    const pace = { kind: 'steady', requests: 10, concurrency: 1 } as const
    const load = await generateLoad({ url, pace, keepAlive: false }, AbortSignal.timeout(10_000))
    assert.lengthOf(load.latencies, 0)
    assert.equal(load.failures['status 502'], 5)
    assert.equal(countFailures(load), 10)
    assert.equal(load.retried, 0)
  })

  test('a request on a kept connection that is closed is sent again on a new one', async ({
    assert,
  }) => {
    const seen = new WeakSet<object>()
    const url = await serve((request, response) => {
      if (seen.has(request.socket)) return void request.socket.destroy()
      seen.add(request.socket)
      setTimeout(() => response.end('ok'), 20)
    })
    const pace = { kind: 'steady', requests: 24, concurrency: 4 } as const
    const load = await generateLoad({ url, pace, keepAlive: true }, AbortSignal.timeout(10_000))
    assert.lengthOf(load.latencies, 24)
    assert.isAtLeast(load.retried, 4)
    assert.deepEqual(load.failures, {})
  })

  test('the worst answer in a span is told from the worst at other times', async ({ assert }) => {
    const load = {
      ...{ latencies: [10, 300, 40, 900], answeredAt: [1000, 2300, 3000, 5000] },
      ...{ failures: {}, retried: 0, seconds: 5 },
    }
    const spans = [
      { from: 2010, to: 2050 },
      { from: 2990, to: 3500 },
    ]
    assert.deepEqual(worstWithin(load, spans), { within: 300, outside: 900 })
    assert.deepEqual(worstWithin(load, []), { within: 0, outside: 900 })
    assert.deepEqual(worstWithin(load, [{ from: 0, to: 9000 }]), { within: 900, outside: 0 })
  })

  test('each answer has its moment', async ({ assert }) => {
    const url = await serve((_, response) => void response.end('ok'))
    const before = Date.now()
    const pace = { kind: 'steady', requests: 5, concurrency: 2 } as const
    const { latencies, answeredAt } = await runLoad({ url, pace, keepAlive: true })
    assert.lengthOf(answeredAt, latencies.length)
    assert.isTrue(answeredAt.every((moment) => moment >= before && moment <= Date.now()))
  })

  test('only this machine and the fleet are ever asked', async ({ assert }) => {
    const pace = { kind: 'steady', requests: 1, concurrency: 1 } as const
    for (const url of ['http://192.0.2.1/', 'http://example.com/', 'http://10.78.1.1/']) {
      const asked = generateLoad({ url, pace, keepAlive: false }, AbortSignal.timeout(1000))
      await assert.rejects(() => asked, /is not ours to load/)
    }
  })
})
