import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { isParameterName, isParameterNumber, isParameterText } from '#engine/scripts/parameters'
import { compileUserScript, readersOf, type UserScript } from '#engine/scripts/user_script'
import { Secret } from '#engine/shell/secret'
import { isShellText } from '#engine/system/grammar'
import { isServiceName } from '#engine/system/systemd'
import { PAYLOADS } from '#tests/support/payload_corpus'

const script = (values: Partial<UserScript>): UserScript => ({
  ...{ text: 'true', interpreter: 'bash', user: userInfo().username, variables: {} },
  ...values,
})

/** Runs it as a run does, but for the run: a body in a directory of its own. */
function run(values: Partial<UserScript>): { output: string; code: number; left: string[] } {
  const directory = mkdtempSync(join(tmpdir(), 'muster-script-'))
  try {
    const body = join(directory, 'body.sh')
    writeFileSync(body, compileUserScript(script(values)).reveal())
    try {
      const output = execFileSync('bash', ['-c', 'exec bash "$1" 2>&1', 'run', body], {
        encoding: 'utf8',
      })
      return { output, code: 0, left: readdirSync(directory) }
    } catch (error) {
      const { stdout, status } = error as { stdout: string; status: number }
      return { output: stdout, code: status, left: readdirSync(directory) }
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

test.group('A script of a person', () => {
  test('runs as it was written, with its own exit code', ({ assert }) => {
    const ended = run({
      text: `echo "one 'two'" $((1 + 1))\ncat <<'EOF'\n$not "read"\nEOF\nexit 7`,
    })
    assert.equal(ended.output, `one 'two' 2\n$not "read"\n`)
    assert.equal(ended.code, 7)
  })

  test('leaves no file, and its text in no list of processes', ({ assert }) => {
    const ended = run({ text: 'ps -ww -o args= -p $$ $PPID; ls /dev/fd/3 >/dev/null && echo open' })
    assert.deepEqual(ended.left, ['body.sh'])
    assert.notInclude(ended.output, 'echo open')
    assert.match(ended.output, /open\n$/)
  })

  test('is read by what its first line says, else by the interpreter', ({ assert }) => {
    assert.deepEqual(readersOf('#!/usr/bin/env -S perl -w\nprint 1', 'sh'), [
      ...['/usr/bin/env', '-S perl -w'],
    ])
    assert.deepEqual(readersOf('#! /bin/sh \necho', 'bash'), ['/bin/sh'])
    assert.deepEqual(readersOf('echo\n#!/bin/sh', 'python3'), ['python3'])
    assert.equal(
      run({ text: '#!/usr/bin/env perl\nprint "perl $ENV{A}\\n"', variables: { A: 'b' } }).output,
      'perl b\n'
    )
    assert.equal(
      run({
        text: 'import os\nprint(os.environ["A"])',
        interpreter: 'python3',
        variables: { A: '$x' },
      }).output,
      '$x\n'
    )
    assert.equal(run({ text: 'echo ${BASH_VERSION:-none}', interpreter: 'sh' }).output, 'none\n')
  })

  test('gets every parameter as it is, whatever stands in it', ({ assert }) => {
    const payloads = PAYLOADS.filter((text) => isParameterText(text))
    const names = payloads.map((_, index) => `VALUE_${index}`)
    const variables = Object.fromEntries(names.map((name, index) => [name, payloads[index]]))
    const text = names.map((name) => `printf '%s\\n' "$${name}"`).join('\n')
    assert.equal(run({ text, variables }).output, payloads.map((each) => `${each}\n`).join(''))
    assert.isAbove(payloads.length, 20)
  })

  test('may be any text of the corpus without the panel’s part of it breaking', ({ assert }) => {
    const here = (text: string) => `cat <<'MUSTER_END_OF_CORPUS'\n${text}\nMUSTER_END_OF_CORPUS\n`
    const possible = PAYLOADS.filter((text) => isShellText(here(text)) && text.length < 1000)
    const text = possible.map(here).join('')
    assert.equal(run({ text }).output, possible.map((each) => `${each}\n`).join(''))
    for (const payload of PAYLOADS.filter((each) => !isShellText(here(each)))) {
      assert.throws(() => compileUserScript(script({ text: here(payload) })))
    }
  })

  test('has the home of its user and nothing of the environment around it', ({ assert }) => {
    process.env.CANARY_AROUND = 'seen'
    const { output } = run({ text: 'env | sort; pwd' })
    delete process.env.CANARY_AROUND
    assert.notInclude(output, 'CANARY_AROUND')
    assert.include(output, `HOME=${userInfo().homedir}\n`)
    assert.match(output, new RegExp(`${userInfo().homedir}\n$`))
  })

  test('says when its user or its interpreter is not there', ({ assert }) => {
    const missing = run({ user: 'nobody-of-this-name' })
    assert.equal(missing.output, 'There is no user nobody-of-this-name on this server.\n')
    assert.equal(missing.code, 67)
    const reader = run({ text: '#!/opt/nothing/here\ntrue' })
    assert.equal(reader.output, '/opt/nothing/here is not installed on this server.\n')
    assert.equal(reader.code, 127)
  })

  test('is a secret as a whole, and refuses what is out of its form', ({ assert }) => {
    const body = compileUserScript(script({ variables: { TOKEN: new Secret('canary-value') } }))
    assert.equal(String(body), '[redacted]')
    assert.include(body.reveal(), 'canary-value')
    for (const variables of [{ lower: 'x' }, { PATH: 'x' }, { LD_PRELOAD: 'x' }, { A: 'x\ny' }]) {
      assert.throws(() => compileUserScript(script({ variables: variables as never })))
    }
    assert.throws(() => compileUserScript(script({ user: '-root' })))
  })
})

test.group('What parameters and services may be called', () => {
  test('names of parameters', ({ assert }) => {
    for (const name of ['A', 'VERSION_2', 'MY_TOKEN']) assert.isTrue(isParameterName(name), name)
    for (const name of [
      '',
      'a',
      '2A',
      '_A',
      'A-B',
      'HOME',
      'MUSTER_RUN',
      'LD_PRELOAD',
      'BASH_ENV',
      'ENV',
      'PYTHONPATH',
      'A'.repeat(41),
      'A\n',
    ]) {
      assert.isFalse(isParameterName(name), name)
    }
  })

  test('numbers', ({ assert }) => {
    for (const text of ['0', '-1', '12.5']) assert.isTrue(isParameterNumber(text), text)
    for (const text of ['', '1e3', '0x1', '1 ', '--1', '1.', '1\n'])
      assert.isFalse(isParameterNumber(text), text)
  })

  test('services', ({ assert }) => {
    for (const name of ['nginx', 'php8.2-fpm.service', 'getty@tty1'])
      assert.isTrue(isServiceName(name), name)
    for (const name of ['', '-nginx', 'a b', 'a/b', '*', 'a\\x2d', 'nginx;', 'nginx\n'])
      assert.isFalse(isServiceName(name), name)
  })
})
