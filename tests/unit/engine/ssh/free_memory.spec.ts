import { test } from '@japa/runner'
import { freeMemory } from '#engine/ssh/free_memory'

test.group('Freed memory', () => {
  test('leaves nothing of a buffer with memory of its own', ({ assert }) => {
    const whole = Buffer.alloc(32_768, 'x')
    const most = Buffer.alloc(32_768, 'x').subarray(10)
    freeMemory(whole)
    freeMemory(most)
    assert.deepEqual([whole.length, whole.buffer.byteLength, most.length], [0, 0, 0])
  })

  test('takes nothing from buffers that share their memory', ({ assert }) => {
    const pooled = Array.from({ length: 2000 }, (_, index) => Buffer.from(`${index}`))
    for (const buffer of pooled.slice(1000)) freeMemory(buffer)
    assert.isTrue(pooled.every((buffer, index) => buffer.toString() === `${index}`))
    const whole = Buffer.alloc(1000, 'x')
    freeMemory(whole.subarray(0, 500))
    assert.equal(whole.toString(), 'x'.repeat(1000))
    const shared = Buffer.from(new SharedArrayBuffer(100))
    freeMemory(shared)
    assert.lengthOf(shared, 100)
  })
})
