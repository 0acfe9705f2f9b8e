import { execFileSync, spawnSync } from 'node:child_process'
import { test } from '@japa/runner'
import { type Command, pipe, quiet, script, sequence, sh, subshell } from '#engine/shell/command'
import { describe } from '#engine/shell/render'
import { frame, FrameReader } from '#engine/ssh/frame'
import { PAYLOADS } from '#tests/support/payload_corpus'

const POSIX_SHELLS = [['sh'], ['dash'], ['bash'], ['busybox', 'ash']]

const ENVIRONMENT = { encoding: 'utf8', env: { ...process.env, SHELL: '/bin/bash' } } as const

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
    for (const shell of POSIX_SHELLS) {
      const { line, begin } = frame(command, { sudo: false })
      const [file, ...rest] = [...shell, '-c', `echo noise; ${line}`]
      const { output, reader } = read(begin, execFileSync(file, rest, ENVIRONMENT), 7)
      assert.equal(output, `it's \\ "x"C\n`)
      assert.equal(reader.noise, 'noise\n/bin/bash ')
    }
  })

  test('gives a program the place of a POSIX login shell itself, with every payload literal', ({
    assert,
  }) => {
    const payloads = PAYLOADS.filter((text) => text.length < 5000)
    const direct = (words: string[]) =>
      frame(sh`exec printf ${'%s\\0'} ${words}`, { sudo: false }).direct
    for (const payload of payloads) {
      assert.equal(direct([payload]) === undefined, /[\n\r!]/.test(payload), payload)
    }
    const words = payloads.filter((payload) => direct([payload]))
    for (const [file, ...rest] of POSIX_SHELLS) {
      const printed = execFileSync(file, [...rest, '-c', direct(words)!], ENVIRONMENT)
      assert.deepEqual(printed.replace(/^.*\n/, '').split('\0').slice(0, -1), words)
    }
  })

  test('keeps /bin/sh in front of all else', ({ assert }) => {
    const direct = (asked: Command, sudo = false) => frame(asked, { sudo }).direct
    assert.isDefined(direct(sh`exec sort -k1,2 --key=${'a'} ${script(sh`b; c`)} ${[]} -`))
    assert.isUndefined(direct(sh`exec uptime`, true))
    for (const other of [
      sh`uptime`,
      sh`exec ${'uptime'}`,
      sh`exec -a ${'b'} cat`,
      sh`exec cat ${'a'} >${'b'}`,
      sh`exec cat ~`,
      sh`exec cat *`,
      sh`exec cat "$HOME"`,
      sh`exec cat {a,b}`,
      sh`exec cat \\a`,
      sequence(sh`exec cat`, sh`exec cat`),
      pipe(sh`exec cat`, sh`exec cat`),
      subshell(sh`exec cat`),
      quiet(sh`exec cat`),
    ]) {
      assert.isUndefined(direct(other), describe(other))
    }
  })

  test('reads nothing, whichever shell it is, when nothing is sent', ({ assert }) => {
    const { line, direct } = frame(sh`exec cat`, { sudo: false, silent: true })
    for (const sent of [line, direct!]) {
      const printed = execFileSync('bash', ['-c', sent], { ...ENVIRONMENT, input: 'sent' })
      assert.notInclude(printed, 'sent')
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
          const printed = execFileSync(shell, ['-c', line], ENVIRONMENT)
          assert.equal(printed, `/bin/bash ${begin}\n${text}`)
        }
      }
    }
  })

  test('a script of several lines gives its own exit code', ({ assert }) => {
    const steps = sequence(sh`set -e`, sh`echo ${'a'}`, sh`(exit 7)`, sh`echo b`)
    const { line, begin } = frame(steps, { sudo: false })
    const { status, stdout } = spawnSync('sh', ['-c', line], ENVIRONMENT)
    assert.deepEqual([status, stdout], [7, `/bin/bash ${begin}\na\n`])
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

  test('knows a POSIX login shell by what stands before the word, however it is cut', ({
    assert,
  }) => {
    for (const [said, posix] of [
      ['/bin/bash ', true],
      ['/bin/dash ', true],
      ['/bin/sh ', true],
      ['noise\n/usr/local/bin/ash ', true],
      ['noise without an end/bin/bash ', true],
      ['/usr/bin/fish ', false],
      ['/usr/bin/zsh ', false],
      ['/bin/tcsh ', false],
      ['/bin/csh ', false],
      ['/usr/sbin/nologin ', false],
      ['/bin/bash', false],
      ['/bin/bash -l ', false],
      ['bash ', false],
      [' ', false],
      ['/bin/bash \n', false],
      ['', false],
    ] as const) {
      for (let size = 1; size < 30; size++) {
        const { output, reader } = read('begin-1', `${said}begin-1\n/bin/bash begin-1\n`, size)
        assert.equal(output, '/bin/bash begin-1\n')
        assert.equal(reader.posix, posix, said)
      }
    }
  })

  test('lets nothing through without the word, and keeps little of it', ({ assert }) => {
    const { output, reader } = read('begin-1', 'x'.repeat(100_000), 1000)
    assert.equal(output, '')
    assert.isFalse(reader.begun)
    assert.equal(reader.noise, 'x'.repeat(4096))
  })
})
