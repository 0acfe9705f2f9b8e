import { test } from '@japa/runner'
import { Tail } from '#engine/ssh/tail'

test.group('Tail', () => {
  test('keeps everything that fits and the end of what does not', ({ assert }) => {
    const tail = new Tail(10)
    tail.push(Buffer.from('0123'))
    assert.equal(tail.toString(), '0123')
    for (let count = 0; count < 100; count++) tail.push(Buffer.from('abcdefg'))
    assert.equal(tail.toString(), 'efgabcdefg')
    tail.push(Buffer.from('x'.repeat(1000)))
    assert.equal(tail.toString(), 'x'.repeat(10))
  })

  test('keeps its bytes when the memory of the chunks is used again', ({ assert }) => {
    const tail = new Tail(10)
    const chunk = Buffer.alloc(4)
    for (const text of ['0123', '4567', '89ab', 'cdef']) {
      chunk.write(text)
      tail.push(chunk)
      chunk.fill(0)
    }
    assert.equal(tail.toString(), '6789abcdef')
  })

  test('begins with a whole character', ({ assert }) => {
    const tail = new Tail(10)
    tail.push(Buffer.from('\u{1F680}\u{1F680}\u{1F680}'))
    assert.equal(tail.toString(), '\u{1F680}\u{1F680}')
    const whole = new Tail(10)
    whole.push(Buffer.from([0x80, 0x61]))
    assert.equal(whole.toString(), '\ufffda')
  })
})
