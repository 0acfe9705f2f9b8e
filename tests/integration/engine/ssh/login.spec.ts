import net from 'node:net'
import { once } from 'node:events'
import { test } from '@japa/runner'
import { sh } from '#engine/shell/command'
import { Secret } from '#engine/shell/secret'
import { type RemoteError } from '#engine/ssh/errors'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { RemotePool } from '#engine/ssh/remote_pool'
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
} from '#tests/integration/engine/ssh/target_of'

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

  test('a user without sudo is E_SUDO with the line that is missing', async ({ assert }) => {
    host().addUser('guest')
    const remote = pool.remote(targetOf(host(), { username: 'guest' }))
    const error = await errorOf<RemoteError>(remote.run(WHOAMI))
    assert.equal(error.code, 'E_SUDO')
    assert.include(error.message, 'a password is required')
    assert.include(error.hint, 'guest ALL=(ALL:ALL) NOPASSWD: ALL')
    assert.equal(await stdoutOf(remote.run(WHOAMI, { asLogin: true })), 'guest\nC\n')
    assert.equal(
      await stdoutOf(run({ username: 'guest', id: 'no-sudo', sudo: false })),
      'guest\nC\n'
    )
  })

  test('a missing sudo is E_SUDO, too', async ({ assert }) => {
    host().addUser('bare')
    host().inside(['mv', '/usr/bin/sudo', '/usr/bin/sudo.away'])
    try {
      const error = await failure({ username: 'bare' })
      assert.equal(error.code, 'E_SUDO')
      assert.match(error.message, /not found/)
    } finally {
      host().inside(['mv', '/usr/bin/sudo.away', '/usr/bin/sudo'])
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
