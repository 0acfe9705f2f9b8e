import { execFileSync, spawnSync } from 'node:child_process'
import { test } from '@japa/runner'
import { sequence, sh } from '#engine/shell/command'
import { frame, FrameReader } from '#engine/ssh/frame'
import { PAYLOADS } from '#tests/support/payload_corpus'

/** Feeds a text in pieces of this size. */
function read(begin: string, text: string, size: number): { output: string; reader: FrameReader } {
  const reader = new FrameReader(begin)
  let output = ''
  for (let start = 0; start < text.length; start += size) {
    output += reader.push(Buffer.from(text.slice(start, start + size)))
  }
  return { output, reader }
}

test.group('frame', () => {
  const command = sh`printf %s ${`it's \\ "x"`}; echo $LC_ALL`

  test('is run by every login shell, which may say things of its own before', ({ assert }) => {
    for (const shell of [['sh'], ['dash'], ['bash'], ['busybox', 'ash']]) {
      const { line, begin } = frame(command, { sudo: false })
      const [file, ...rest] = [...shell, '-c', `echo noise; ${line}`]
      const { output, reader } = read(begin, execFileSync(file, rest, { encoding: 'utf8' }), 7)
      assert.equal(output, `it's \\ "x"C\n`)
      assert.equal(reader.noise, 'noise\n')
    }
  })

  test('keeps payloads literal, in one line without anything csh or fish would read', ({
    assert,
  }) => {
    for (const payload of PAYLOADS.filter((text) => text.length < 10_000)) {
      for (const text of [payload, `\n${payload}`, `!${payload}`]) {
        const { line, begin } = frame(sh`printf %s ${text}`, { sudo: false })
        assert.notMatch(line, /[\n\r!]/)
        for (const shell of ['dash', 'bash']) {
          const printed = execFileSync(shell, ['-c', line], { encoding: 'utf8' })
          assert.equal(printed, `${begin}\n${text}`)
        }
      }
    }
  })

  test('a script of several lines gives its own exit code', ({ assert }) => {
    const steps = sequence(sh`set -e`, sh`echo ${'a'}`, sh`(exit 7)`, sh`echo b`)
    const { line, begin } = frame(steps, { sudo: false })
    const { status, stdout } = spawnSync('sh', ['-c', line], { encoding: 'utf8' })
    assert.deepEqual([status, stdout], [7, `${begin}\na\n`])
  })

  test('asks sudo not to ask, and gives it one shell to run', ({ assert }) => {
    const { line } = frame(sh`true`, { sudo: true })
    assert.match(line, /^exec \/bin\/sh -c '.*exec sudo -n -H -- \/bin\/sh -c /)
  })

  test('every frame begins with another word', ({ assert }) => {
    const { begin } = frame(command, { sudo: false })
    assert.match(begin, /^begin-[0-9a-f-]{36}$/)
    assert.notEqual(frame(command, { sudo: false }).begin, begin)
  })

  test('a command longer than one argument may be is refused', ({ assert }) => {
    assert.throws(() => frame(sh`echo ${'a'.repeat(131_072)}`, { sudo: false }), /by stdin/)
    assert.throws(() => frame(sh`echo ${"'".repeat(10_000)}`, { sudo: true }), /by stdin/)
  })
})

test.group('FrameReader', () => {
  test('lets through what follows the word, however it is cut', ({ assert }) => {
    for (let size = 1; size < 30; size++) {
      const { output, reader } = read(
        'begin-1',
        'motd begin- begin-\nbegin-1\nout\nbegin-1\n',
        size
      )
      assert.equal(output, 'out\nbegin-1\n')
      assert.isTrue(reader.begun)
      assert.equal(reader.noise, 'motd begin- begin-\n')
    }
  })

  test('lets nothing through without the word, and keeps little of it', ({ assert }) => {
    const { output, reader } = read('begin-1', 'x'.repeat(100_000), 1000)
    assert.equal(output, '')
    assert.isFalse(reader.begun)
    assert.equal(reader.noise, 'x'.repeat(4096))
  })
})
