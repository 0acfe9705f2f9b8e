import { test } from '@japa/runner'
import { Gate } from '#engine/ssh/gate'

test.group('Gate', () => {
  test('lets in so many and the others in turn', async ({ assert }) => {
    const gate = new Gate(2)
    const order: number[] = []
    const leave: (() => void)[] = [await gate.enter(), await gate.enter()]
    const waiting = [3, 4, 5].map(async (number) => {
      const out = await gate.enter()
      order.push(number)
      return out
    })
    await Promise.resolve()
    assert.deepEqual([gate.inside, gate.waiting, order.length], [2, 3, 0])
    leave[0]()
    leave.push(await waiting[0])
    assert.deepEqual(order, [3])
    leave[0]()
    assert.deepEqual([gate.inside, gate.waiting], [2, 2])
    leave[1]()
    leave[2]()
    for (const out of await Promise.all(waiting)) out()
    assert.deepEqual(order, [3, 4, 5])
    assert.deepEqual([gate.inside, gate.waiting], [0, 0])
  })
})
