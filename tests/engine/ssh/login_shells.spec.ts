import path from 'node:path'
import { test } from '@japa/runner'
import { gatherFacts } from '#engine/facts/facts'
import { readVitals } from '#engine/facts/vitals'
import { sequence, sh } from '#engine/shell/command'
import { question } from '#engine/shell/question'
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

const INSTALLED = ['zsh', 'fish', 'tcsh', 'busybox']

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
