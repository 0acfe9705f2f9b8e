import { test } from '@japa/runner'
import { HeightIndex } from '../../../resources/js/lib/height_index.js'
import { LogBuffer } from '../../../resources/js/lib/log_buffer.js'

test.group('LogBuffer', () => {
  test('counts bytes, not characters', ({ assert }) => {
    const buffer = new LogBuffer()
    const text = 'é\n\u20ac uro\n😀\u001b[31m!\n'
    buffer.append(text.slice(0, 3))
    buffer.append(text.slice(3))

    assert.equal(buffer.end, Buffer.byteLength(text))
    assert.equal(buffer.length, 3)
    assert.equal(buffer.indexOfOffset(0), 0)
    assert.equal(buffer.indexOfOffset(2), 0)
    assert.equal(buffer.indexOfOffset(3), 1)
    assert.equal(buffer.indexOfOffset(Buffer.byteLength('é\n\u20ac uro\n')), 2)
    assert.equal(buffer.indexOfOffset(100_000), 2)
  })

  test('begins at the byte it is given', ({ assert }) => {
    const buffer = new LogBuffer(1000)
    buffer.append('a\nbc')

    assert.equal(buffer.start, 1000)
    assert.equal(buffer.end, 1004)
    assert.equal(buffer.indexOfOffset(1002), 1)
  })

  test('counts the unfinished line once it has begun', ({ assert }) => {
    const buffer = new LogBuffer()
    assert.equal(buffer.length, 0)
    buffer.append('a')
    assert.equal(buffer.length, 1)
    buffer.append('b\n')
    assert.equal(buffer.length, 1)
    assert.equal(buffer.line(0).text, 'ab')
  })

  test('takes the place behind a text from who knows it', ({ assert }) => {
    const buffer = new LogBuffer(100, 7)
    buffer.append('\ufffd\ufffd\n', 103)
    assert.equal(buffer.end, 103)
    buffer.append('next\n', 108)
    assert.equal(buffer.indexOfOffset(104), 1)
    assert.equal(buffer.before, 7)
  })

  test('forgets first lines and keeps count of them', ({ assert }) => {
    const buffer = new LogBuffer()
    for (let number = 1; number <= 1000; number++) buffer.append(`line ${number}\n`)
    const { end, length } = buffer
    const gone = buffer.keepLast(100)
    assert.isAbove(gone, 900)
    assert.equal(buffer.before, gone)
    assert.equal(buffer.length, length - gone)
    assert.equal(buffer.end, end)
    assert.equal(buffer.line(0).text, `line ${gone + 1}`)
    assert.equal(buffer.indexOfOffset(buffer.start), 0)
    assert.equal(buffer.keepLast(10_000), 0)
    buffer.append('unfinished')
    assert.equal(buffer.line(buffer.length - 1).text, 'unfinished')
  })

  test('finds lines whatever the case and the colours', ({ assert }) => {
    const buffer = new LogBuffer()
    buffer.append('ok\nFai\u001b[31mled\nfailed again')

    assert.deepEqual(buffer.search('FAILED'), [1, 2])
    assert.deepEqual(buffer.search(''), [])
  })
})

test.group('HeightIndex', () => {
  test('agrees with a plain sum, whatever changes', ({ assert }) => {
    const index = new HeightIndex(20)
    const plain: number[] = []
    for (let round = 0; round < 400; round++) {
      plain.push(20)
      index.resize(plain.length)
      const row = (round * 7919) % plain.length
      plain[row] = 20 * (1 + ((round * 31) % 5))
      index.set(row, plain[row])
    }

    let offset = 0
    plain.forEach((height, row) => {
      assert.equal(index.offsetOf(row), offset)
      assert.equal(index.rowAt(offset), row)
      assert.equal(index.rowAt(offset + height - 1), row)
      offset += height
    })
    assert.equal(index.total, offset)
    assert.equal(index.rowAt(offset + 1000), plain.length - 1)
  })

  test('says by how much a height changed', ({ assert }) => {
    const index = new HeightIndex(20)
    index.resize(3)

    assert.equal(index.set(1, 60), 40)
    assert.equal(index.set(1, 60), 0)
    assert.equal(index.set(1, 20), -40)
  })
})
