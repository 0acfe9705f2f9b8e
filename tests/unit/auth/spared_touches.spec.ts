import { test } from '@japa/runner'
import { sparingTouches } from '#app/auth/spared_touches'

function storeAt(clock: { now: number }) {
  const touched: string[] = []
  const create = sparingTouches(
    () => ({
      read: () => ({ kept: true }),
      write() {},
      destroy() {},
      touch: (id: string) => void touched.push(id),
    }),
    () => clock.now
  )
  return { touched, request: () => create({} as never, {} as never) }
}

test.group('The end of a session', () => {
  test('is put off by its first request and then once a minute', async ({ assert }) => {
    const clock = { now: 1_000 }
    const { touched, request } = storeAt(clock)
    for (const now of [1_000, 1_500, 60_999, 61_000, 61_001, 300_000]) {
      clock.now = now
      await request().touch('one')
    }
    assert.lengthOf(touched, 3)
  })

  test('is each session’s own, and all else of its store stays', async ({ assert }) => {
    const { touched, request } = storeAt({ now: 1_000 })
    for (const id of ['one', 'two', 'one']) await request().touch(id)
    assert.deepEqual(touched, ['one', 'two'])
    assert.deepEqual(await request().read('one'), { kept: true })
  })
})
