import { execFileSync } from 'node:child_process'
import { test } from '@japa/runner'
import {
  all,
  type Command,
  pipe,
  quiet,
  script,
  sequence,
  sh,
  subshell,
} from '#engine/shell/command'
import { describe, inBrief, render, secretsOf } from '#engine/shell/render'
import { Secret } from '#engine/shell/secret'
import { PAYLOADS } from '#tests/support/payload_corpus'

/** What a real shell makes of a command. */
function run(command: Command): string {
  return execFileSync('/bin/sh', ['-c', render(command)], { encoding: 'utf8' })
}

test.group('sh', () => {
  test('every value becomes one quoted word', ({ assert }) => {
    const command = sh`mkdir -p -- ${"/srv/it's"} --mode=${755}`
    assert.equal(render(command), `mkdir -p -- '/srv/it'\\''s' --mode='755'`)
  })

  test('an array becomes its words, an empty one none', ({ assert }) => {
    assert.equal(render(sh`rm -- ${['a b', 'c']} ${[]}`), "rm -- 'a b' 'c' ")
  })

  test('a command is inserted as it is', ({ assert }) => {
    const inner = sh`echo ${'a'}`
    assert.equal(render(sh`if true; then ${inner}; fi`), "if true; then echo 'a'; fi")
    assert.equal(render(sh`${[sh`env`, sh`A=${1}`]} true`), "env A='1' true")
  })

  test('each payload stays one literal word', ({ assert }) => {
    for (const payload of PAYLOADS) {
      assert.equal(run(sh`printf %s ${payload}`), payload)
    }
    const short = PAYLOADS.filter((payload) => payload.length < 1000)
    assert.equal(run(sh`printf '<%s>' ${short}`), short.map((payload) => `<${payload}>`).join(''))
  })

  test('a payload stays literal through a shell within a shell', ({ assert }) => {
    for (const payload of PAYLOADS.filter((text) => text.length < 1000)) {
      assert.equal(run(sh`sh -c ${script(sh`sh -c ${script(sh`printf %s ${payload}`)}`)}`), payload)
    }
  })

  test('values of other types are refused without being shown', ({ assert }) => {
    for (const value of [null, undefined, true, {}, [['nested']], [null], Number.NaN, 1 / 0, 1n]) {
      assert.throws(() => sh`echo ${value as never}`, /Value 1 of the command is/)
    }
  })

  test('a value is refused inside quotes, comments and here-documents', ({ assert }) => {
    const value = 'x; id'
    assert.throws(() => sh`echo "${value}"`, /inside quotes/)
    assert.throws(() => sh`echo '${value}'`, /inside quotes/)
    assert.throws(() => sh`echo "a \" ${value}"`, /inside quotes/)
    assert.throws(() => sh`echo "$(true) ${value}"`, /inside quotes/)
    assert.throws(() => sh`true # ${value}`, /comment/)
    assert.throws(() => sh`cat <<EOF\n${value}\nEOF`, /here-document/)
    assert.throws(() => sh`echo \\${value}`, /backslash/)
    assert.throws(() => sh`echo $${value}`, /dollar/)
    assert.throws(() => sh`echo \`id ${value}\``, /backticks/)
    assert.throws(() => sh`printf $'\\n' ${value}`, /\$'/)
  })

  test('a value may stand in a command substitution, quoted or not', ({ assert }) => {
    assert.equal(run(sh`printf '<%s>' "$(printf %s ${"it's  $HOME"})"`), "<it's  $HOME>")
    assert.equal(run(sh`test $(printf %s ${'a'}) = ${'a'} && echo same`), 'same\n')
  })

  test('text after a comment line, a parameter length and a case is plain again', ({ assert }) => {
    assert.equal(run(sh`# a "comment"\necho ${'a'}`), 'a\n')
    assert.equal(run(sh`word=abc; echo $\{#word} ${'b'}`), '3 b\n')
    assert.equal(run(sh`case ${'x'} in x) echo ${'c'} ;; esac`), 'c\n')
  })

  test('a command that ends inside quotes is refused', ({ assert }) => {
    assert.throws(() => sh`echo "a`, /must not end/)
    assert.throws(() => sh`echo 'a`, /must not end/)
    assert.throws(() => sh`echo a \\`, /must not end/)
    assert.throws(() => sh`( echo a`, /must not end/)
    assert.throws(() => sh`echo a # and`, /must not end/)
  })
})

test.group('combinators', () => {
  const fail = sh`false || false`

  test('all stops at the first failure, whatever the parts are', ({ assert }) => {
    assert.equal(render(all(sh`a`, sh`b ${1}`)), "a && b '1'")
    assert.equal(run(sh`${all(sh`echo a`, fail, sh`echo b`)} || echo failed`), 'a\nfailed\n')
    assert.equal(run(all(sh`false || echo a`, sh`echo b & wait`, sh`echo c`)), 'a\nb\nc\n')
  })

  test('sequence goes on after a failure', ({ assert }) => {
    assert.equal(run(sequence(sh`false`, sh`echo a`, sh`echo b`)), 'a\nb\n')
  })

  test('pipe joins outputs to inputs', ({ assert }) => {
    assert.equal(run(pipe(sh`echo a; echo b`, sh`cat`, sh`wc -l`)).trim(), '2')
  })

  test('subshell keeps changes of directory to itself', ({ assert }) => {
    assert.equal(run(sequence(sh`cd /`, subshell(sh`cd /usr && pwd`), sh`pwd`)), '/usr\n/\n')
  })

  test('quiet throws all output away and keeps the exit code', ({ assert }) => {
    assert.equal(run(sh`${quiet(sh`echo a; echo b >&2; false`)} || echo failed`), 'failed\n')
    assert.equal(run(sequence(quiet(sh`echo a`), sh`echo b`)), 'b\n')
  })

  test('no command cannot be joined, one stays itself', ({ assert }) => {
    assert.throws(() => all(), /no command/)
    assert.equal(render(pipe(sh`echo a`)), 'echo a')
  })
})

test.group('secrets in commands', () => {
  const token = new Secret('canary-7d1f')
  const command = all(sh`login --token ${token}`, sh`sh -c ${script(sh`echo ${[token, 'b']}`)}`)

  test('render gives them to the shell, nested ones too', ({ assert }) => {
    assert.equal(
      render(command),
      `login --token 'canary-7d1f' && sh -c 'echo '\\''canary-7d1f'\\'' '\\''b'\\'''`
    )
  })

  test('describe redacts them', ({ assert }) => {
    assert.notInclude(describe(command), 'canary')
    assert.include(describe(command), 'login --token [redacted] && sh -c')
  })

  test('is named in a message on one line, and not at length', ({ assert }) => {
    assert.equal(inBrief('\n set -e\n  uptime\n'), 'set -e uptime')
    const long = inBrief(`bash -c '${'word\n'.repeat(100)}'`)
    assert.lengthOf(long, 120)
    assert.match(long, /^bash -c 'word word .*…$/)
  })

  test('they can be listed', ({ assert }) => {
    assert.deepEqual(secretsOf(command), [token, token])
  })
})
