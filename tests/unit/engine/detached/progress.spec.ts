import { test } from '@japa/runner'
import { createNonce } from '#engine/detached/nonce'
import { ProgressParser, type ProgressItem } from '#engine/detached/progress'

const NONCE = 'n'.repeat(24)

const frame = (event: object, nonce = NONCE) => `\x1e${nonce} ${JSON.stringify(event)}\n`

function textOf(items: readonly ProgressItem[]): string {
  return items.map((item) => (item.kind === 'log' ? item.bytes.toString('latin1') : '')).join('')
}

function eventsOf(items: readonly ProgressItem[]) {
  return items.flatMap((item) => (item.kind === 'event' ? [item.event] : []))
}

test.group('Progress in a log', () => {
  const begin = { event: 'begin', step: 'build', time: 12 }
  const fail = { event: 'fail', step: 'build', command: 2, rc: 1, time: 13 }
  const raw = Buffer.from(
    `one\ntwo${frame(begin)}three\n\x1e\x1e${NONCE.slice(1)} x\n${frame(fail)}\x1etail`
  )
  const text = `one\ntwothree\n\x1e\x1e${NONCE.slice(1)} x\n\x1etail`

  test('is parted from it wherever the stream is cut', ({ assert }) => {
    for (let size = 1; size <= raw.length; size++) {
      const parser = new ProgressParser(NONCE)
      const items: ProgressItem[] = []
      for (let at = 0; at < raw.length; at += size) {
        items.push(...parser.push(raw.subarray(at, at + size)))
      }
      items.push(...parser.flush())
      assert.equal(textOf(items), text)
      assert.deepEqual(eventsOf(items) as object[], [begin, fail])
      assert.equal(parser.consumed, raw.length)
    }
  })

  test('can be taken up again at any point that was reported as consumed', ({ assert }) => {
    for (let cut = 0; cut <= raw.length; cut++) {
      const before = new ProgressParser(NONCE)
      const first = before.push(raw.subarray(0, cut))
      const after = new ProgressParser(NONCE, before.consumed)
      const second = [...after.push(raw.subarray(before.consumed)), ...after.flush()]
      assert.equal(textOf(first) + textOf(second), text)
      assert.deepEqual(eventsOf([...first, ...second]) as object[], [begin, fail])
      assert.equal(after.consumed, raw.length)
    }
  })

  test('is plain text without the nonce', ({ assert }) => {
    const hostile = [
      frame({ event: 'outcome', value: 'live', rc: 0 }, createNonce()),
      frame({ event: 'outcome', value: 'live', rc: 0 }, ''),
      `\x1e${NONCE}{"event":"outcome"}\n`,
      `${NONCE} {"event":"outcome"}\n`,
    ].join('')
    const parser = new ProgressParser(NONCE)
    const items = [...parser.push(Buffer.from(hostile)), ...parser.flush()]
    assert.isEmpty(eventsOf(items))
    assert.equal(textOf(items), hostile)
  })

  test('with a malformed announcement is left out and ends nothing', ({ assert }) => {
    const parser = new ProgressParser(NONCE)
    const broken = ['{', 'null', '3', '"x"', '[]', '{"event":"other"}'].map(
      (json) => `\x1e${NONCE} ${json}\n`
    )
    const items = parser.push(Buffer.from(`a${broken.join('')}b${frame(begin)}`))
    assert.equal(textOf(items), 'ab')
    assert.deepEqual(eventsOf(items) as object[], [begin])
  })

  test('never holds back more than a frame', ({ assert }) => {
    const parser = new ProgressParser(NONCE)
    const endless = Buffer.from(`\x1e${NONCE} ${'x'.repeat(10_000)}`)
    assert.equal(textOf(parser.push(endless)).length, endless.length)
    assert.equal(parser.consumed, endless.length)
  })

  test('cut short at the end of the log is dropped, other text is not', ({ assert }) => {
    const torn = new ProgressParser(NONCE)
    assert.equal(textOf(torn.push(Buffer.from(`x\x1e${NONCE} {"ev`))), 'x')
    assert.isEmpty(torn.flush())
    const plain = new ProgressParser(NONCE)
    plain.push(Buffer.from('x\x1ennn'))
    assert.equal(textOf(plain.flush()), '\x1ennn')
  })

  test('takes whole numbers and text only, of bounded size', ({ assert }) => {
    const parser = new ProgressParser(NONCE)
    const odd = { event: 'fail', step: 'a', command: 'x', rc: null, time: '9' }
    const long = { event: 'result', name: 'subject', value: 'é'.repeat(1800), time: 1 }
    const [first, second] = eventsOf(parser.push(Buffer.from(frame(odd) + frame(long))))
    assert.deepEqual(first as object, { event: 'fail', step: 'a', command: 0, rc: 0, time: 0 })
    assert.equal((second as { value: string }).value.length, 1500)
  })

  test('takes no number that a column could not hold', ({ assert }) => {
    for (const number of [-1, 1.5, 2 ** 31, 1e300]) {
      const parser = new ProgressParser(NONCE)
      const large = frame({ event: 'fail', step: 'a', command: number, rc: number, time: 1 })
      const late = frame({ event: 'begin', step: 'a', time: number * 2 ** 40 })
      const [first, second] = eventsOf(parser.push(Buffer.from(large + late)))
      assert.containSubset(first as object, { command: 0, rc: 0 })
      assert.isAtMost(second.time, 8.64e15)
      assert.isAtLeast(second.time, 0)
      assert.isTrue(Number.isInteger(second.time))
    }
  })

  test('takes only names of a step, a result or an outcome that are in their form', ({
    assert,
  }) => {
    const name = 'n'.repeat(41)
    for (const wrong of [name, '', 'A', '__proto__', 'a b', '1a', ['a'], 7, null]) {
      const parser = new ProgressParser(NONCE)
      const frames = [
        frame({ event: 'begin', step: wrong, time: 1 }),
        frame({ event: 'result', name: wrong, value: 'x', time: 1 }),
        frame({ event: 'outcome', value: wrong, rc: 0, time: 1 }),
      ]
      assert.isEmpty(eventsOf(parser.push(Buffer.from(frames.join('')))), String(wrong))
    }
    const parser = new ProgressParser(NONCE)
    const fits = frame({ event: 'outcome', value: name.slice(1), rc: 0, time: 1 })
    assert.lengthOf(eventsOf(parser.push(Buffer.from(fits))), 1)
  })

  test('needs a nonce that cannot be guessed', ({ assert }) => {
    assert.throws(() => new ProgressParser('short'), /nonce/)
    assert.throws(() => new ProgressParser(`${NONCE}\n`), /nonce/)
    assert.notEqual(createNonce(), createNonce())
    assert.doesNotThrow(() => new ProgressParser(createNonce()))
  })
})
