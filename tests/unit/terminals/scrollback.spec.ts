import { test } from '@japa/runner'
import { Scrollback } from '#app/terminals/scrollback'

/** Byte n of the output is n modulo 251, a prime, so that no two places look the same. */
const bytes = (from: number, to: number) =>
  Buffer.from(Array.from({ length: to - from }, (_, index) => (from + index) % 251))

test.group('Scrollback', () => {
  test('gives any part of what it keeps, whatever the pieces were (capacity {$self})')
    .with([1, 7, 64, 1000])
    .run(({ assert }, capacity) => {
      const scrollback = new Scrollback(capacity)
      let end = 0
      for (let size = 0; size < 90; size = (size * 7 + 3) % 97) {
        scrollback.push(bytes(end, end + size))
        end += size
        assert.equal(scrollback.end, end)
        assert.equal(scrollback.start, Math.max(0, end - capacity))
        const { start } = scrollback
        for (const from of [start, Math.min(end, start + 5), end]) {
          assert.deepEqual(scrollback.slice(from, end), bytes(from, end))
          const middle = from + Math.floor((end - from) / 2)
          assert.deepEqual(scrollback.slice(from, middle), bytes(from, middle))
        }
      }
    })

  test('keeps the end of a piece that is larger than all it keeps', ({ assert }) => {
    const scrollback = new Scrollback(10)
    scrollback.push(bytes(0, 3))
    scrollback.push(bytes(3, 36))
    assert.equal(scrollback.start, 26)
    assert.deepEqual(scrollback.slice(26, 36), bytes(26, 36))
    scrollback.push(bytes(36, 40))
    assert.deepEqual(scrollback.slice(30, 40), bytes(30, 40))
  })

  test('hands out copies', ({ assert }) => {
    const scrollback = new Scrollback(10)
    scrollback.push(bytes(0, 10))
    const first = scrollback.slice(0, 10)
    scrollback.push(bytes(10, 20))
    assert.deepEqual(first, bytes(0, 10))
  })
})
