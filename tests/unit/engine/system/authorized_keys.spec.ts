import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { sequence, sh, type Command } from '#engine/shell/command'
import { render } from '#engine/shell/render'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { addKey, findKeyFile, keyFileFailures, removeKey } from '#engine/system/authorized_keys'
import { PAYLOADS } from '#tests/support/payload_corpus'

const lineOf = (comment: string) => {
  const [type, key] = generateKeyPair('').publicKey.split(' ')
  return { type, key, comment }
}
const written = ({ type, key, comment }: ReturnType<typeof lineOf>) => `${type} ${key} ${comment}`

test.group('authorized_keys', (group) => {
  let home: string
  const mine = lineOf('muster')
  const other = lineOf('ada@laptop')
  const keysOf = () => join(home, '.ssh/authorized_keys')

  group.each.setup(() => {
    home = mkdtempSync(join(tmpdir(), 'muster home '))
    return () => rmSync(home, { recursive: true })
  })

  /** As `findKeyFile` would find it, for the user of this process and a home of the test. */
  function edit(command: Command, shell = 'bash') {
    const { uid, gid } = userInfo()
    const found = sh`muster_user=me muster_uid=${uid} muster_gid=${gid} muster_home=${home}`
    const text = render(sequence(found, command))
    const { status, stdout, stderr } = spawnSync(shell, ['-c', text], { encoding: 'utf8' })
    return { status, output: stdout + stderr }
  }

  function given(content: string | Buffer, mode = 0o600) {
    mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 })
    writeFileSync(keysOf(), content, { mode })
  }
  const kept = () => readFileSync(keysOf(), 'latin1')
  const leftovers = () =>
    readdirSync(join(home, '.ssh')).filter((name) => name !== 'authorized_keys')

  test('makes directory and file where there are none, for their user alone', ({ assert }) => {
    assert.equal(edit(addKey(mine)).status, 0)
    assert.equal(kept(), `${written(mine)}\n`)
    assert.equal(statSync(keysOf()).mode & 0o777, 0o600)
    assert.equal(statSync(join(home, '.ssh')).mode & 0o777, 0o700)
    assert.deepEqual(leftovers(), [])
  })

  test('adds a key once, and ssh-keygen reads the file', ({ assert }) => {
    given(`${written(other)}\n`)
    for (let time = 0; time < 3; time++) assert.equal(edit(addKey(mine)).status, 0)
    assert.equal(kept(), `${written(other)}\n${written(mine)}\n`)
    const shown = execFileSync('ssh-keygen', ['-l', '-f', keysOf()], { encoding: 'utf8' })
    assert.lengthOf(shown.trim().split('\n'), 2)
  })

  test('ends a last line that has no end first', ({ assert }) => {
    given(written(other))
    edit(addKey(mine))
    assert.equal(kept(), `${written(other)}\n${written(mine)}\n`)
  })

  const strange = [
    '# a comment \xff\xfe of other bytes',
    '',
    `   \t${written(other)}`,
    `command="echo \\"a b\\"",no-pty ${written(other)}`,
    '#' + 'ssh-ed25519 AAAA',
    'not a key at all "unclosed',
    'x'.repeat(5000),
  ].join('\n')

  test('keeps every other byte when it adds and removes', ({ assert }) => {
    for (const end of ['\n', '', '\r\n']) {
      given(Buffer.from(strange + end, 'latin1'))
      edit(addKey(mine))
      const between = strange.endsWith('\n') || end.endsWith('\n') ? '' : '\n'
      assert.equal(kept(), `${strange}${end}${between}${written(mine)}\n`)
      assert.equal(edit(removeKey(mine.key)).status, 0)
      assert.equal(kept(), `${strange}${end}${between}`)
    }
  })

  test('removes by the key alone: twice, with options, with another comment, last without end', ({
    assert,
  }) => {
    given(
      [
        `${mine.type} ${mine.key} another comment`,
        written(other),
        `from="10.0.0.0/8",environment="A=b c" ${mine.type}\t${mine.key}`,
        `${mine.type} ${mine.key}\r`,
        `  ${mine.type} ${mine.key}`,
      ].join('\n')
    )
    assert.equal(edit(removeKey(mine.key)).status, 0)
    assert.equal(kept(), `${written(other)}\n`)
  })

  test('removes no line that only mentions the key', ({ assert }) => {
    const lines = [
      `# ${written(mine)}`,
      `#${written(mine)}`,
      `${other.type} ${other.key} ${mine.key}`,
      `${other.type} ${other.key} was ${written(mine)}`,
      `command="echo ${mine.type} ${mine.key} " ${written(other)}`,
      `${mine.type} ${mine.key}x`,
      `${mine.type} ${mine.key.slice(0, -2)}`,
    ]
    given(`${lines.join('\n')}\n`)
    const { output } = edit(removeKey(mine.key))
    assert.include(output, 'not there')
    assert.equal(kept(), `${lines.join('\n')}\n`)
  })

  test('leaves a key that is there with options as it is', ({ assert }) => {
    given(`from="10.0.0.0/8" ${written(mine)}\n`)
    assert.include(edit(addKey(mine)).output, 'there already')
    assert.equal(kept(), `from="10.0.0.0/8" ${written(mine)}\n`)
  })

  test('takes over the options of the line beside which it adds', ({ assert }) => {
    const fresh = lineOf('muster')
    const options = 'from="10.0.0.0/8",environment="A=\\"b c\\""'
    given(`${written(other)}\n${options} ${written(mine)}\n`)
    edit(addKey(fresh, { like: mine.key }))
    assert.equal(
      kept(),
      `${written(other)}\n${options} ${written(mine)}\n${options} ${written(fresh)}\n`
    )
  })

  test('refuses links and what is no file, and touches neither', ({ assert }) => {
    const target = join(home, 'elsewhere')
    writeFileSync(target, 'secret\n')
    mkdirSync(join(home, '.ssh'))
    symlinkSync(target, keysOf())
    assert.equal(edit(addKey(mine)).status, keyFileFailures.link)
    assert.equal(edit(removeKey(mine.key)).status, keyFileFailures.link)
    assert.equal(readFileSync(target, 'utf8'), 'secret\n')
    rmSync(join(home, '.ssh'), { recursive: true })
    mkdirSync(join(home, 'other'))
    symlinkSync(join(home, 'other'), join(home, '.ssh'))
    assert.equal(edit(addKey(mine)).status, keyFileFailures.link)
    assert.deepEqual(readdirSync(join(home, 'other')), [])
    rmSync(join(home, '.ssh'))
    mkdirSync(join(home, '.ssh'))
    execFileSync('mkfifo', [keysOf()])
    assert.equal(edit(addKey(mine)).status, keyFileFailures.foreign)
  })

  test('refuses a file that is no text, or too large', ({ assert }) => {
    given('a\0b\n')
    assert.equal(edit(addKey(mine)).status, keyFileFailures.notText)
    assert.equal(kept(), 'a\0b\n')
    given('x'.repeat(1024 * 1024 + 1))
    assert.equal(edit(addKey(mine)).status, keyFileFailures.notText)
    assert.deepEqual(leftovers(), [])
  })

  test('says that there is no home and no user', ({ assert }) => {
    const here = home
    home = join(home, 'missing')
    assert.equal(edit(addKey(mine)).status, keyFileFailures.noHome)
    home = here
    assert.equal(edit(findKeyFile('nobody-of-this-name')).status, keyFileFailures.noUser)
  })

  test('removes nothing, without a word of failure, where there is nothing', ({ assert }) => {
    assert.equal(edit(removeKey(mine.key)).status, 0)
    assert.isFalse(existsSync(join(home, '.ssh')))
    mkdirSync(join(home, '.ssh'))
    assert.equal(edit(removeKey(mine.key)).status, 0)
    assert.deepEqual(readdirSync(join(home, '.ssh')), [])
  })

  test('takes the right of others to write away', ({ assert }) => {
    given('', 0o666)
    chmodSync(keysOf(), 0o666)
    chmodSync(join(home, '.ssh'), 0o775)
    edit(addKey(mine))
    assert.equal(statSync(keysOf()).mode & 0o777, 0o600)
    assert.equal(statSync(join(home, '.ssh')).mode & 0o777, 0o755)
  })

  test('loses nothing when several edit at once', async ({ assert }) => {
    const lines = Array.from({ length: 8 }, (_, index) => lineOf(`key ${index}`))
    const { uid, gid } = userInfo()
    const found = sh`muster_user=me muster_uid=${uid} muster_gid=${gid} muster_home=${home}`
    const each = lines.map(
      (line) => sh`( ${sequence(found, addKey(line))}
) &`
    )
    execFileSync('bash', ['-c', render(sequence(...each, sh`wait`))])
    assert.sameMembers(kept().trim().split('\n'), lines.map(written))
  })

  test('keeps every comment in its line', ({ assert }) => {
    for (const comment of PAYLOADS.filter((text) => !/[\n\r\0]/.test(text) && text.length < 200)) {
      given(`${written(other)}\n`)
      const line = { ...mine, comment }
      assert.equal(edit(addKey(line)).status, 0, JSON.stringify(comment))
      assert.lengthOf(readFileSync(keysOf(), 'utf8').split('\n'), 3, JSON.stringify(comment))
      edit(removeKey(mine.key))
      assert.equal(kept(), `${written(other)}\n`, JSON.stringify(comment))
    }
  })

  test('does the same in dash and bash', ({ assert }) => {
    for (const shell of ['dash', 'bash']) {
      given(Buffer.from(strange, 'latin1'))
      assert.equal(edit(addKey(mine), shell).status, 0)
      assert.equal(edit(removeKey(mine.key), shell).status, 0)
      assert.equal(kept(), `${strange}\n`)
    }
  })
})
