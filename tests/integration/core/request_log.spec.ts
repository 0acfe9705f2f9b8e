import { test } from '@japa/runner'
import { setTimeout as sleep } from 'node:timers/promises'
import { Panel } from '#tests/support/panel'

/** The lines that a panel logged about requests. */
async function requestLines(panel: Panel, atLeast: number): Promise<Record<string, unknown>[]> {
  for (const end = Date.now() + 10_000; ; await sleep(50)) {
    const lines = panel.output.split('\n').filter((line) => line.startsWith('{'))
    const requests = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request')
    if (requests.length >= atLeast || Date.now() > end) return requests
  }
}

test.group('The log of requests', () => {
  test('has one line of JSON a request, with the identifier that the answer carries', async ({
    assert,
  }) => {
    await using panel = await Panel.start({
      environment: { LOG_LEVEL: 'info', MUSTER_ROLES: 'web' },
    })
    const answers = [
      await fetch(`${panel.url}/login`),
      await fetch(`${panel.url}/servers/01ARZ3NDEKTSV4RRFFQ69G5FAV`, { redirect: 'manual' }),
    ]
    const lines = await requestLines(panel, 2)
    assert.deepEqual(
      lines.map(({ method, path, status, request_id: id }) => [method, path, status, id]),
      [
        ['GET', '/login', 200, answers[0].headers.get('x-request-id')],
        [
          ...['GET', '/servers/01ARZ3NDEKTSV4RRFFQ69G5FAV', 302],
          answers[1].headers.get('x-request-id'),
        ],
      ]
    )
  })

  test('tells nothing that people put into addresses and forms', async ({ assert }) => {
    await using panel = await Panel.start({
      environment: { LOG_LEVEL: 'debug', MUSTER_ROLES: 'web' },
    })
    await fetch(`${panel.url}/setup?token=CANARY-IN-QUERY`)
    await fetch(`${panel.url}/servers/CANARY-IN-PATH`, { redirect: 'manual' })
    await fetch(`${panel.url}/CANARY-UNKNOWN`)
    await fetch(`${panel.url}/login`, {
      method: 'POST',
      body: new URLSearchParams({ email: 'CANARY-IN-FORM', password: 'CANARY-PASSWORD' }),
      headers: { authorization: 'Bearer CANARY-TOKEN' },
      redirect: 'manual',
    })
    assert.lengthOf(await requestLines(panel, 4), 4)
    assert.notInclude(panel.output, 'CANARY')
  })
})
