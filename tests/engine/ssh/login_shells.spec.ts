import path from 'node:path'
import { inspect } from 'node:util'
import { test } from '@japa/runner'
import { gatherFacts } from '#engine/facts/facts'
import { readVitals } from '#engine/facts/vitals'
import { sequence, sh } from '#engine/shell/command'
import { question } from '#engine/shell/question'
import { type Remote } from '#engine/ssh/remote'
import { RemotePool } from '#engine/ssh/remote_pool'
import { createFleet, type Fleet } from '#tests/fleet/fleet'
import { type Host } from '#tests/fleet/host'
import { stdoutOf, targetOf } from '#tests/engine/ssh/target_of'
import { PAYLOADS } from '#tests/support/payload_corpus'

/** Each with a start file that prints to both streams and sets what scripts trip over. */
const SHELLS = [
  { name: 'bash', shell: '/bin/bash', file: '.bashrc', noise: 'set -eu; alias cat=false' },
  { name: 'dash', shell: '/bin/dash', file: '.profile', noise: 'set -eu' },
  {
    name: 'zsh',
    shell: '/usr/bin/zsh',
    file: '.zshenv',
    noise: 'setopt err_exit no_unset; alias cat=false',
  },
  {
    name: 'fish',
    shell: '/usr/bin/fish',
    file: '.config/fish/config.fish',
    noise: 'function cat; false; end',
  },
  { name: 'tcsh', shell: '/bin/tcsh', file: '.cshrc', noise: 'set noglob; alias cat false' },
  { name: 'busybox', shell: '/usr/local/bin/ash', file: '.profile', noise: 'set -eu' },
]

/** Words that reach a POSIX login shell as they are. */
const WORDS = PAYLOADS.filter((text) => text.length < 500 && !/[\n\r!]/.test(text))

const INSTALLED = ['zsh', 'fish', 'tcsh', 'busybox']

const exited = (code: number) => ({ kind: 'exited', code })

/** Commands that give the shell's place to a program. */
const PROGRAMS = [
  {
    command: sh`exec printf ${'%s|'} ${WORDS}`,
    stdout: `${WORDS.join('|')}|`,
    outcome: exited(0),
  },
  { command: sh`exec printenv LC_ALL`, stdout: 'C\n', outcome: exited(0) },
  { command: sh`exec cat`, stdin: "it's\n", stdout: "it's\n", outcome: exited(0) },
  { command: sh`exec cat`, stdout: '', outcome: exited(0) },
  {
    command: sh`exec sh -c ${'echo o; echo e >&2; exit 9'}`,
    stdout: 'o\n',
    outcome: exited(9),
  },
  {
    command: sh`exec sh -c ${'kill $$'}`,
    stdout: '',
    outcome: { kind: 'signalled', name: 'SIGTERM' },
  },
]

/** The shell that was to run a program: it says that there is none. */
async function runnerOf(remote: Remote): Promise<string | undefined> {
  const { outcome, stderr } = await remote.run(sh`exec no-such-program`)
  if (outcome.kind !== 'exited' || outcome.code !== 127) throw new Error(inspect(outcome))
  return /^(\S+): .*no-such-program/m.exec(stderr)?.[1]
}

test.group('login shells', (group) => {
  let fleet: Fleet
  let host: Host
  let pool: RemotePool

  group.setup(async () => {
    fleet = await createFleet().start(1)
    host = fleet.host('web-1')
    host.inside(['apt-get', 'update'])
    await host.insideAsync(['apt-get', 'install', '-y', '--no-install-recommends', ...INSTALLED])
    host.inside(['ln', '-s', '/bin/busybox', '/usr/local/bin/ash'])
    host.inside(['sh', '-c', 'echo /usr/local/bin/ash >> /etc/shells'])
    return () => fleet.stop()
  })
  group.each.setup(() => {
    pool = new RemotePool()
    return () => pool.close()
  })

  function remoteOf({ name, shell, file, noise }: (typeof SHELLS)[number], sudo: boolean) {
    const user = `u-${name}`
    if (host.inside(['sh', '-c', `id ${user} 2>/dev/null || true`]) === '') {
      host.addUser(user, { sudo: 'nopasswd' })
      host.inside(['usermod', '--shell', shell, user])
      const home = `/home/${user}`
      host.inside(['sudo', '-u', user, 'mkdir', '-p', '--', path.dirname(`${home}/${file}`)])
      host.writeFile(`${home}/${file}`, `echo NOISE; echo NOISE >/dev/stderr\n${noise}\n`, {
        owner: user,
      })
    }
    return pool.remote(targetOf(host, { id: `${user}-${sudo}`, username: user, sudo }))
  }

  function freshRemoteOf(shell: (typeof SHELLS)[number]) {
    pool.forget(`u-${shell.name}-false`)
    return remoteOf(shell, false)
  }

  test('T15: {name} that prints and sets odd things leaves commands as they are')
    .with(SHELLS)
    .run(async ({ assert }, shell) => {
      for (const sudo of [false, true]) {
        const remote = remoteOf(shell, sudo)
        const { stdout, outcome } = await remote.run(
          sh`false; cat; printf '%s|' "$LC_ALL" "$(id -u)"; exit 9`,
          { stdin: "it's\n" }
        )
        const uid = sudo ? '0' : host.inside(['id', '-u', `u-${shell.name}`]).trim()
        assert.equal(stdout, `it's\nC|${uid}|`)
        assert.deepEqual(outcome, { kind: 'exited', code: 9 })
        const script = sequence(sh`a=${"1!2'3"}`, sh`(exit 3)`, sh`echo "$a $?"`)
        assert.equal(await stdoutOf(remote.run(script)), "1!2'3 3\n")
      }
    })

  test('T15: {name} hands every payload on as it is')
    .with(SHELLS)
    .run(async ({ assert }, shell) => {
      const remote = remoteOf(shell, true)
      const payloads = PAYLOADS.filter((text) => text.length < 5000)
      for (let start = 0; start < payloads.length; start += 12) {
        const some = payloads.slice(start, start + 12)
        const printed = await stdoutOf(remote.run(sh`printf '%s\\0' ${some}`))
        assert.deepEqual(printed.split('\0').slice(0, -1), some)
      }
    })

  test('T15: {name} runs a program alike on a new connection and on one that knows the shell')
    .with(SHELLS)
    .run(async ({ assert }, shell) => {
      for (const { command, stdin, stdout, outcome } of PROGRAMS) {
        const remote = freshRemoteOf(shell)
        const first = await remote.run(command, { stdin })
        const second = await remote.run(command, { stdin })
        assert.deepEqual([first.stdout, first.outcome], [stdout, outcome])
        assert.deepEqual([second.stdout, second.outcome], [stdout, outcome])
        assert.equal(second.stderr, first.stderr)
      }
    })

  test('T15: {name} itself is given a program once it is known to be POSIX, others never are')
    .with(SHELLS)
    .run(async ({ assert }, shell) => {
      const name = path.basename(shell.shell)
      const runner = ['bash', 'dash', 'ash'].includes(name) ? name : '/bin/sh'
      const remote = freshRemoteOf(shell)
      assert.equal(await runnerOf(remote), '/bin/sh')
      assert.equal(await runnerOf(remote), runner)
      const asked = freshRemoteOf(shell)
      await asked.ask(question`true`)
      assert.equal(await runnerOf(asked), runner)
      assert.equal(await runnerOf(remoteOf(shell, true)), '/bin/sh')
      assert.equal(await runnerOf(remoteOf(shell, true)), '/bin/sh')
    })

  test('T15: {name} is no hindrance to questions and facts')
    .with(SHELLS)
    .run(async ({ assert }, shell) => {
      const remote = remoteOf(shell, true)
      const answer = await remote.ask(question`echo "it's" ${3}`)
      assert.deepEqual(answer, { code: 0, output: "it's 3\n", truncated: false })
      assert.isAbove((await readVitals(remote)).memory.totalBytes, 0)
      assert.equal((await gatherFacts(remote)).hostname, 'web-1')
    })
})
