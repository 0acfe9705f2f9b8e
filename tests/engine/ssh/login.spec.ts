import net from 'node:net'
import { once } from 'node:events'
import { test } from '@japa/runner'
import { sh } from '#engine/shell/command'
import { Secret } from '#engine/shell/secret'
import { type RemoteError } from '#engine/ssh/errors'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { RemotePool } from '#engine/ssh/remote_pool'
import { requireRoot } from '#engine/ssh/require_root'
import { type SudoRefused } from '#engine/ssh/sudo_refused'
import { type Target } from '#engine/ssh/target'
import { createFleet, type Fleet } from '#tests/fleet/fleet'
import {
  codeOf,
  configureSshd,
  errorOf,
  logRequests,
  requests,
  stdoutOf,
  targetOf,
} from '#tests/engine/ssh/target_of'

const WHOAMI = sh`id -un; echo $LC_ALL`

test.group('logging in', (group) => {
  let fleet: Fleet
  let pool: RemotePool

  group.setup(async () => {
    fleet = await createFleet().start(1)
    return () => fleet.stop()
  })
  group.each.setup(() => {
    pool = new RemotePool({ limits: { connect: 1500, handshake: 10_000 } })
    return () => pool.close()
  })

  const host = () => fleet.host('web-1')
  const run = (changes: Partial<Target> = {}) => pool.remote(targetOf(host(), changes)).run(WHOAMI)
  const failure = (changes: Partial<Target>) => errorOf<RemoteError>(run(changes))
  const addGuest = () => {
    const known = host().inside(['sh', '-c', 'id guest 2>/dev/null || true']) !== ''
    if (!known) host().addUser('guest')
  }

  test('root logs in by key', async ({ assert }) => {
    assert.equal(await stdoutOf(run()), 'root\nC\n')
  })

  test('a user with sudo runs commands as root, and as itself where asked', async ({ assert }) => {
    host().addUser('deploy', { sudo: 'nopasswd' })
    const remote = pool.remote(targetOf(host(), { username: 'deploy' }))
    assert.equal(await stdoutOf(remote.run(WHOAMI)), 'root\nC\n')
    assert.equal(await stdoutOf(remote.run(WHOAMI, { asLogin: true })), 'deploy\nC\n')
    assert.equal(await stdoutOf(remote.run(sh`cat`, { stdin: 'x' })), 'x')
    await remote.writeFile('/etc/muster-probe', 'x', { mode: 0o640, owner: 'root:deploy' })
    assert.equal(
      host().inside(['stat', '-c', '%a %U:%G %s', '/etc/muster-probe']).trim(),
      '640 root:deploy 1'
    )
  })

  const RIGHTS = [
    {
      by: 'no rule at all',
      missing: 'password',
      sudoers: '',
      says: /asks user guest for a password/,
      advises: 'guest ALL=(ALL:ALL) NOPASSWD: ALL',
    },
    {
      by: 'a rule with a password',
      missing: 'password',
      sudoers: 'guest ALL=(ALL:ALL) ALL',
      says: /asks user guest for a password/,
      advises: 'NOPASSWD: ALL',
    },
    {
      by: 'a rule for another program',
      missing: 'password',
      sudoers: 'guest ALL=(ALL:ALL) NOPASSWD: /usr/bin/apt',
      says: /rules only say \(ALL : ALL\) NOPASSWD: \/usr\/bin\/apt/,
      advises: 'NOPASSWD: ALL',
    },
    {
      by: 'a rule for another user',
      missing: 'password',
      sudoers: 'guest ALL=(www-data) NOPASSWD: ALL',
      says: /rules only say \(www-data\) NOPASSWD: ALL/,
      advises: 'NOPASSWD: ALL',
    },
    {
      by: 'a rule that leaves out /bin/sh',
      missing: 'shell',
      sudoers: 'guest ALL=(ALL:ALL) NOPASSWD: ALL, !/bin/sh',
      says: /does not let user guest run \/bin\/sh as root.*!\/bin\/sh/,
      advises: 'NOPASSWD: ALL',
    },
    {
      by: 'requiretty',
      missing: 'terminal',
      sudoers: 'Defaults requiretty\nguest ALL=(ALL:ALL) NOPASSWD: ALL',
      says: /requiretty/,
      advises: 'Defaults:guest !requiretty',
    },
    {
      by: 'NOEXEC',
      missing: 'programs',
      sudoers: 'guest ALL=(ALL:ALL) NOPASSWD: NOEXEC: ALL',
      says: /no program from it \(NOEXEC\)/,
      advises: 'NOPASSWD:EXEC: ALL',
    },
    {
      by: 'another runas_default',
      missing: 'root',
      sudoers: 'Defaults runas_default=www-data\nguest ALL=(ALL:ALL) NOPASSWD: ALL',
      says: /do not run as root: their user id is 33/,
      advises: 'runas_default',
    },
  ] as const

  test('a user whom sudo does not make root is told the right that is missing: {by}')
    .with([...RIGHTS])
    .run(async ({ assert }, { missing, sudoers, says, advises }) => {
      addGuest()
      const file = '/etc/sudoers.d/guest'
      host().writeFile(file, `${sudoers}\n`, { mode: '440' })
      host().inside(['visudo', '-cqf', file])
      try {
        const remote = pool.remote(targetOf(host(), { username: 'guest' }))
        const error = await errorOf<SudoRefused>(requireRoot(remote, 'guest'))
        assert.equal(error.code, 'E_SUDO')
        assert.equal(error.missing, missing)
        assert.match(error.message, says)
        assert.include(error.hint, advises)
        assert.equal(await stdoutOf(remote.run(WHOAMI, { asLogin: true })), 'guest\nC\n')
      } finally {
        host().inside(['rm', file])
      }
    })

  test('what the advice says helps', async ({ assert }) => {
    addGuest()
    const remote = pool.remote(targetOf(host(), { username: 'guest' }))
    const file = '/etc/sudoers.d/guest'
    for (const [before, advice] of [
      ['', 'guest ALL=(ALL:ALL) NOPASSWD: ALL'],
      ['Defaults requiretty\nguest ALL=(ALL:ALL) NOPASSWD: ALL', 'Defaults:guest !requiretty'],
      ['guest ALL=(ALL:ALL) NOPASSWD: NOEXEC: ALL', 'guest ALL=(ALL:ALL) NOPASSWD:EXEC: ALL'],
    ]) {
      host().writeFile(file, `${before}\n`, { mode: '440' })
      const error = await errorOf<SudoRefused>(requireRoot(remote, 'guest'))
      assert.include(error.hint, advice)
      host().writeFile(file, `${before}\n${advice}\n`, { mode: '440' })
      await requireRoot(remote, 'guest')
    }
    host().inside(['rm', file])
  })

  test('sudo that is missing, or is no setuid program any more, is told apart', async ({
    assert,
  }) => {
    addGuest()
    const remote = pool.remote(targetOf(host(), { username: 'guest' }))
    const refused = () => errorOf<SudoRefused>(remote.run(WHOAMI))
    for (const [missing, undo, act] of [
      ['sudo', 'mv /usr/bin/sudo.away /usr/bin/sudo', 'mv /usr/bin/sudo /usr/bin/sudo.away'],
      ['setuid', 'chmod u+s /usr/bin/sudo', 'chmod u-s /usr/bin/sudo'],
    ]) {
      host().inside(['sh', '-c', act])
      try {
        const error = await refused()
        assert.equal(error.code, 'E_SUDO')
        assert.equal(error.missing, missing)
      } finally {
        host().inside(['sh', '-c', undo])
      }
    }
  })

  test('root passes the preflight, and so does a user with sudo', async () => {
    host().addUser('admin', { sudo: 'nopasswd' })
    await requireRoot(pool.remote(targetOf(host())), 'root')
    await requireRoot(pool.remote(targetOf(host(), { id: 'sudo', username: 'admin' })), 'admin')
  })

  test('a refusal that repeats the command repeats no secret of it', async ({ assert }) => {
    addGuest()
    const file = '/etc/sudoers.d/guest'
    const rule = 'guest ALL=(ALL:ALL) NOPASSWD: ALL, !/bin/sh\n'
    host().writeFile(file, rule, { mode: '440' })
    const secret = new Secret('canary-7d1f')
    const sudo = targetOf(host(), { username: 'guest' })
    const refused = await errorOf<RemoteError>(pool.remote(sudo).run(sh`echo a\n echo ${secret}`))
    assert.equal(refused.code, 'E_SUDO')
    host().inside(['rm', file])
    await configureSshd(host(), 'Match User guest\nForceCommand echo no: "$SSH_ORIGINAL_COMMAND"\n')
    try {
      const forced = targetOf(host(), { id: 'forced', username: 'guest', sudo: false })
      const error = await errorOf<RemoteError>(pool.remote(forced).run(sh`echo ${secret}`))
      assert.equal(error.code, 'E_AUTH')
      for (const { message, hint, stack } of [refused, error]) {
        assert.notInclude(message + hint + stack, 'canary')
      }
    } finally {
      await configureSshd(host(), '')
    }
  })

  test('a password logs in, and so does its answer to a prompt', async ({ assert }) => {
    host().addUser('pass', { password: "it's a secret" })
    const credential = { kind: 'password' as const, password: new Secret("it's a secret") }
    const who = { username: 'pass', sudo: false, credential }
    assert.equal(await stdoutOf(run(who)), 'pass\nC\n')
    const config = 'PasswordAuthentication no\nKbdInteractiveAuthentication yes\n'
    await configureSshd(host(), config)
    try {
      assert.equal(await stdoutOf(run({ ...who, id: 'interactive' })), 'pass\nC\n')
    } finally {
      await configureSshd(host(), '')
    }
  })

  test('a wrong key or password is E_AUTH, says whose, and is tried once', async ({ assert }) => {
    await logRequests(host())
    const privateKey = generateKeyPair('other').privateKey
    const before = requests(host())
    const error = await failure({ credential: { kind: 'key', privateKey } })
    assert.equal(error.code, 'E_AUTH')
    assert.include(error.message, 'the key of user root')
    assert.equal(requests(host()) - before, 1)
    const password = { kind: 'password' as const, password: new Secret('canary-7d1f') }
    const wrong = await failure({ id: 'wrong', credential: password })
    assert.equal(wrong.code, 'E_AUTH')
    assert.include(wrong.message, 'the password of user root')
    assert.notInclude(wrong.message + wrong.hint + wrong.stack, 'canary-7d1f')
    assert.equal(requests(host()) - before, 2)
  })

  test('T10: a refused credential is not tried again by itself', async ({ assert }) => {
    await logRequests(host())
    const credential = { kind: 'key' as const, privateKey: generateKeyPair('other').privateKey }
    const before = requests(host())
    assert.equal(await codeOf(run({ credential })), 'E_AUTH')
    const again = await failure({ credential })
    assert.equal(again.code, 'E_AUTH')
    assert.match(again.message, /not tried again by itself for 10 min/)
    assert.equal(requests(host()) - before, 1)
    pool.reset('web-1')
    await failure({ credential })
    assert.equal(requests(host()) - before, 2)
  })

  test('a private key that is none is E_AUTH without connecting', async ({ assert }) => {
    const privateKey = new Secret('canary-7d1f')
    const error = await failure({ credential: { kind: 'key', privateKey } })
    assert.equal(error.code, 'E_AUTH')
    assert.include(error.message, 'private key')
    assert.notInclude(error.message, 'canary')
  })

  test('generated keys log in', async ({ assert }) => {
    const pair = generateKeyPair('muster test')
    assert.match(pair.publicKey, /^ssh-ed25519 [A-Za-z0-9+/=]+ muster test$/)
    host().inside(['sh', '-c', 'cat >> /root/.ssh/authorized_keys'], `${pair.publicKey}\n`)
    const credential = { kind: 'key' as const, privateKey: pair.privateKey }
    assert.equal(await stdoutOf(run({ credential })), 'root\nC\n')
  })

  test('T15: a login shell that prints does not disturb the output', async ({ assert }) => {
    host().addUser('noisy')
    const bashrc = 'echo NOISE; echo NOISE >&2; printf begin-; set -e; alias cat=false\n'
    host().writeFile('/home/noisy/.bashrc', bashrc)
    const remote = pool.remote(targetOf(host(), { username: 'noisy', sudo: false }))
    for (let count = 0; count < 5; count++) {
      const { stdout } = await remote.run(sh`false; cat; printf '%s' end`, { stdin: "it's\n" })
      assert.equal(stdout, "it's\nend")
    }
  })

  test('T15: nologin is told apart from a command that fails', async ({ assert }) => {
    for (const [name, shell] of [
      ['off', '/usr/sbin/nologin'],
      ['mute', '/bin/false'],
    ]) {
      host().addUser(name)
      host().inside(['usermod', '--shell', shell, name])
      const error = await failure({ id: name, username: name, sudo: false })
      assert.equal(error.code, 'E_AUTH')
      assert.include(error.message, 'login shell did not run the command')
      assert.include(error.hint, 'chsh')
    }
  })

  test('a closed port is refused, an unknown name is not in DNS', async ({ assert }) => {
    const closed = await failure({ port: 1 })
    assert.equal(closed.code, 'E_CONNECT')
    assert.match(closed.message, /^Cannot connect to \S+:1: connection refused/)
    const unknown = await failure({ id: 'unknown', host: 'no-such-host.invalid' })
    assert.equal(unknown.code, 'E_CONNECT')
    assert.match(unknown.message, /no-such-host\.invalid: .*DNS/)
  })

  test('a host that does not answer is a timeout of the connection', async ({ assert }) => {
    host().linkDown()
    try {
      const error = await failure({})
      assert.oneOf(error.code, ['E_TIMEOUT', 'E_CONNECT'])
      assert.match(error.message, /did not answer within 1.5 s|no route to the host/)
    } finally {
      host().linkUp()
      await host().ready()
    }
  })

  test('a server without classic key exchange is explained', async ({ assert }) => {
    const config = 'KexAlgorithms sntrup761x25519-sha512@openssh.com\n'
    await configureSshd(host(), config)
    try {
      const error = await failure({})
      assert.equal(error.code, 'E_CONNECT')
      assert.include(error.message, 'post-quantum')
      assert.include(error.hint, 'curve25519-sha256')
    } finally {
      await configureSshd(host(), '')
    }
  })

  test('a server that turns logins away for now is explained', async ({ assert }) => {
    for (const [greeting, message] of [
      ['Not allowed at this time\r\n', /PerSourcePenalties/],
      ['HTTP/1.1 400 Bad Request\r\n\r\n', /not an SSH server/],
      ['', /closed the connection before the handshake/],
    ] as const) {
      let connections = 0
      const server = net.createServer((socket) => {
        connections++
        socket.on('error', () => {}).end(greeting)
      })
      await once(server.listen(0, '127.0.0.1'), 'listening')
      const { port } = server.address() as net.AddressInfo
      const error = await failure({ id: greeting, host: '127.0.0.1', port })
      server.close()
      assert.equal(error.code, 'E_CONNECT')
      assert.match(error.message, message)
      assert.equal(connections, greeting === '' ? 4 : 1)
    }
  })
})
