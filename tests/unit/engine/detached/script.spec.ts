import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from '@japa/runner'
import { createNonce } from '#engine/detached/nonce'
import { ProgressParser, type ProgressEvent } from '#engine/detached/progress'
import { compileScript, outlineOf, type ScriptStep } from '#engine/detached/script'
import { all, pipe, sh } from '#engine/shell/command'
import { Secret } from '#engine/shell/secret'
import { PAYLOADS } from '#tests/support/payload_corpus'

interface Ended {
  code: number | null
  log: string
  events: ProgressEvent[]
  directory: string
}

test.group('A script of steps', (group) => {
  let directory: string

  group.each.setup(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'script-'))
    return () => rmSync(directory, { recursive: true })
  })

  function run(steps: readonly ScriptStep[], { before = '' } = {}): Ended {
    const nonce = createNonce()
    const file = path.join(directory, 'body.sh')
    writeFileSync(file, compileScript(steps, { nonce }))
    if (before) execFileSync('sh', ['-c', before], { cwd: directory })
    const ended = spawnSync('bash', ['-c', 'exec bash "$0" 2>&1', file], { cwd: directory })
    const parser = new ProgressParser(nonce)
    const items = [...parser.push(ended.stdout), ...parser.flush()]
    return {
      code: ended.status,
      log: items.map((item) => (item.kind === 'log' ? item.bytes.toString() : '')).join(''),
      events: items.flatMap((item) => (item.kind === 'event' ? [item.event] : [])),
      directory,
    }
  }

  const told = ({ events }: Ended) =>
    events.map((event) => {
      if (event.event === 'outcome') return `outcome ${event.value} ${event.rc}`
      if (event.event === 'result') return `${event.name}=${event.value}`
      if (event.event === 'fail') return `fail ${event.step} ${event.command} ${event.rc}`
      return `${event.event} ${event.step}`
    })

  const resultsOf = ({ events }: Ended) =>
    Object.fromEntries(
      events.flatMap((event) => (event.event === 'result' ? [[event.name, event.value]] : []))
    )

  const step = (name: string, changes: Partial<ScriptStep> = {}): ScriptStep => ({
    name,
    title: name.toUpperCase(),
    commands: [sh`echo ${`in ${name}`}`],
    ...changes,
  })

  test('runs its steps in order in one shell and says so', ({ assert }) => {
    const ended = run([
      step('one', { commands: [sh`value=kept`] }),
      step('two', { commands: [sh`echo "$value"`, sh`muster_result found "$value"`] }),
    ])
    assert.equal(ended.code, 0)
    assert.deepEqual(told(ended), [
      'begin one',
      'end one',
      'begin two',
      'found=kept',
      'end two',
      'outcome succeeded 0',
    ])
    assert.include(ended.log, '\x1b[1m▸ ONE\x1b[0m\n')
    assert.include(ended.log, '\nkept\n')
    assert.closeTo(ended.events[0].time, Date.now(), 60_000)
  })

  test('stops at the first failure, however it comes, and undoes in reverse', ({ assert }) => {
    const failing = {
      'a command': sh`(exit 7)`,
      'the first of two joined by &&': all(sh`(exit 7)`, sh`true`),
      'the first in a pipe': pipe(sh`(exit 7)`, sh`cat`),
      'an explicit exit': sh`exit 7`,
      'inside a substitution': sh`value=$(exit 7; echo x)`,
      'the middle of several lines': sh`true
(exit 7)
true`,
      'what writes to a file': sh`{ (exit 7); echo x; } > written`,
      'what is not to be seen': sh`{ (exit 7); echo x; } > /dev/null`,
    }
    for (const [name, command] of Object.entries(failing)) {
      const ended = run([
        step('one', { undo: [sh`echo undo one`] }),
        step('two', { commands: [sh`true`, command, sh`echo never`], undo: [sh`echo undo two`] }),
        step('three', { undo: [sh`echo undo three`] }),
      ])
      assert.equal(ended.code, 7, name)
      assert.deepEqual(
        told(ended),
        [
          'begin one',
          'end one',
          'begin two',
          'fail two 1 7',
          'undo two',
          'undo one',
          'outcome failed 7',
        ],
        name
      )
      assert.notMatch(ended.log, /never|undo three/)
    }
  })

  test('an exit 0 before the end is a failure', ({ assert }) => {
    const ended = run([step('one', { commands: [sh`exit 0`] }), step('two')])
    assert.equal(ended.code, 1)
    assert.deepEqual(told(ended).at(-1), 'outcome failed 1')
  })

  test('what always has to be done is done at the end of both', ({ assert }) => {
    const always = [sh`echo clean`]
    assert.match(run([step('one', { always }), step('two')]).log, /in two\n.*clean\n/s)
    const failed = run([step('one', { always, commands: [sh`false`] })])
    assert.match(failed.log, /clean\n/)
    assert.notMatch(
      run([step('one', { commands: [sh`false`] }), step('two', { always })]).log,
      /clean/
    )
  })

  test('a step that may fail gives a warning', ({ assert }) => {
    const ended = run([
      step('one', { optional: true, commands: [sh`false`, sh`echo never`] }),
      step('two'),
    ])
    assert.equal(ended.code, 0)
    assert.containSubset(ended.events[1], { event: 'end', step: 'one', warning: true })
    assert.notInclude(ended.log, 'never')
    assert.include(ended.log, 'in two')
  })

  test('nothing before a commit is undone after it', ({ assert }) => {
    const undo = [sh`echo undone`]
    const ended = run([
      step('one', { undo }),
      step('two', { commits: true }),
      step('three', { commands: [sh`exit 4`], failure: 'half_done' }),
    ])
    assert.notInclude(ended.log, 'undone')
    assert.equal(told(ended).at(-1), 'outcome half_done 4')
  })

  test('rolled back is said only when all was', ({ assert }) => {
    const failing = step('two', { commands: [sh`false`], failure: 'rolled_back' })
    const well = run([step('one', { undo: [sh`true`] }), failing])
    assert.equal(told(well).at(-1), 'outcome rolled_back 1')
    const badly = run([step('one', { undo: [sh`false`, sh`echo and on`] }), failing])
    assert.equal(told(badly).at(-1), 'outcome failed 1')
    assert.include(badly.log, 'and on')
    assert.deepEqual(resultsOf(well), {})
    assert.deepEqual(resultsOf(badly), { not_undone: 'one' })
  })

  test('a signal ends it as cancelled, past the deadline as timed out', ({ assert }) => {
    const steps = [
      step('one', { commands: [sh`kill -TERM $$`, sh`echo never`], undo: [sh`echo back`] }),
    ]
    const cancelled = run(steps)
    assert.deepEqual(told(cancelled).slice(-2), ['undo one', 'outcome cancelled 143'])
    assert.notInclude(cancelled.log, 'never')
    assert.equal(told(run(steps, { before: 'touch timed_out' })).at(-1), 'outcome timed_out 143')
  })

  test('a signal that comes when the end has begun by itself skips nothing of it', ({ assert }) => {
    const late = sh`trap() {
  builtin trap "$@"
  if [ "$*" = '- EXIT' ]; then kill -TERM $$; fi
}`
    const steps = [step('one', { commands: [late, sh`exit 5`], undo: [sh`echo back`] })]
    const ended = run(steps)
    assert.deepEqual(told(ended).slice(-2), ['undo one', 'outcome cancelled 5'])
    assert.include(ended.log, 'back')
  })

  test('in a critical step a signal means nothing', ({ assert }) => {
    const ended = run([
      step('one', { critical: true, commands: [sh`kill -TERM $$`, sh`ls`] }),
      step('two', { critical: true, commands: [sh`kill -TERM $$`] }),
      step('three', { commands: [sh`ls`] }),
    ])
    assert.equal(told(ended).at(-1), 'outcome succeeded 0')
    assert.lengthOf(ended.log.match(/^hold$/gm) ?? [], 1)
  })

  test('shows commands without their secrets and carries them out with them', ({ assert }) => {
    const token = new Secret('s3cret-token')
    const steps = [step('one', { commands: [sh`printf '%s' ${token} > file`, sh`wc -c < file`] })]
    const ended = run(steps)
    assert.include(ended.log, `$ printf '%s' [redacted] > file\x1b[0m`)
    assert.include(ended.log, '12\n')
    assert.notInclude(ended.log, 's3cret')
    assert.deepEqual(outlineOf(steps)[0].commands, [
      `printf '%s' [redacted] > file`,
      'wc -c < file',
    ])
  })

  test('titles, labels, values and results of any text stay text', ({ assert }) => {
    for (const payload of PAYLOADS) {
      const ended = run([
        {
          name: 'one',
          title: payload,
          commands: [
            { label: payload, command: sh`value=${payload}` },
            sh`muster_result value "$value"`,
          ],
        },
      ])
      assert.equal(ended.code, 0, payload.slice(0, 50))
      const result = ended.events.find((event) => event.event === 'result')
      const bytes = Buffer.from(payload).subarray(0, 1500).toString()
      const expected = bytes.replace(/\p{Cc}/gu, ' ').slice(0, 1500)
      assert.equal(result?.value, expected)
      assert.lengthOf(ended.events, 4)
    }
  }).timeout(60_000)

  test('refuses names that are no names, and the same name twice', ({ assert }) => {
    const nonce = createNonce()
    assert.throws(() => compileScript([step('one'), step('one')], { nonce }), /differ/)
    for (const name of ['', 'One', 'a b', '-a', '$(id)', 'a\n']) {
      assert.throws(() => compileScript([step(name)], { nonce }), /cannot name/)
      assert.throws(() => compileScript([step('a', { failure: name })], { nonce }), /cannot name/)
    }
    assert.throws(() => compileScript([], { nonce: '$(id)' }), /nonce/)
  })
})
