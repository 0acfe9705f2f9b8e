import { test } from '@japa/runner'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DateTime } from 'luxon'
import { sh } from '#engine/shell/command'
import { fingerprint } from '#engine/ssh/host_key'
import { generateKeyPair } from '#engine/ssh/key_pair'
import AddServer from '#app/servers/actions/add_server'
import CheckServer from '#app/servers/actions/check_server'
import CheckServers from '#app/servers/actions/check_servers'
import ConnectServer from '#app/servers/actions/connect_server'
import ProposeKey from '#app/servers/actions/propose_key'
import TakeKey from '#app/servers/actions/take_key'
import Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import type { Scope } from '#app/teams/scope'
import { createFleet } from '#tests/fleet/fleet'
import { createOwner } from '#tests/support/fleet_servers'
import { logRequests, requests } from '#tests/engine/ssh/target_of'

const KEYS = '/root/.ssh/authorized_keys'

test.group('The key of a server', (group) => {
  const fleet = createFleet({ image: 'base' })
  const host = () => fleet.host('web-1')
  let scope: Scope
  let remotes: ServerRemotes
  let count = 0

  group.tap((each) => each.timeout(120_000))
  group.setup(async () => {
    await fleet.start(1)
    scope = (await createOwner()).scope
    host().setPassword('root', 'the password of root')
  })
  group.teardown(() => fleet.stop())
  group.each.setup(() => {
    remotes = new ServerRemotes()
    return () => remotes.close()
  })

  const reload = ({ id }: Server) => Server.within(scope).where('id', id).firstOrFail()
  const authorized = () => host().inside(['cat', KEYS])
  const connect = (server: Server, password: string | null = null) =>
    new ConnectServer(remotes, new CheckServer(remotes)).handle(scope.origin, server, {
      fingerprint: fingerprint(host().hostKey),
      password,
    })
  const add = (choice: { login?: 'imported'; privateKey?: string; passphrase?: string } = {}) =>
    new AddServer(remotes).handle(scope, {
      ...{ name: `server-${++count}`, host: host().address, port: 22, username: 'root' },
      ...{ login: 'generated', privateKey: null, passphrase: null, ...choice },
    })
  const take = async (server: Server) =>
    new TakeKey(remotes, new CheckServer(remotes)).handle(scope, await reload(server))
  const propose = async (server: Server) =>
    new ProposeKey().handle(scope, await reload(server), {
      login: 'generated',
      sshKeyId: null,
      privateKey: null,
      passphrase: null,
    })

  test('can be one that a person brings, protected by a passphrase or not', async ({ assert }) => {
    const directory = mkdtempSync(join(tmpdir(), 'key-'))
    const file = join(directory, 'key')
    writeFileSync(file, host().privateKey, { mode: 0o600 })
    const passphrase = 'opens the key'
    execFileSync('ssh-keygen', ['-q', '-p', '-a', '4', '-P', '', '-N', passphrase, '-f', file])
    const protectedKey = readFileSync(file, 'utf8')
    rmSync(directory, { recursive: true })

    const before = authorized()
    for (const choice of [
      { privateKey: host().privateKey },
      { privateKey: protectedKey, passphrase },
    ]) {
      const server = await add({ login: 'imported', ...choice })
      assert.deepEqual(await connect(server), { kind: 'connected' })
      const stored = await reload(server)
      assert.equal(stored.login, 'imported')
      await remotes.of(stored).mustRun(sh`true`)
    }
    assert.equal(authorized(), before)
  })

  test('is replaced by one that Muster lets in itself, and the old one is taken off', async ({
    assert,
  }) => {
    const server = await add()
    await connect(server, 'the password of root')
    const others = authorized()
      .split('\n')
      .filter((line) => !line.includes(server.publicKey))
    await propose(server)
    const { nextPublicKey } = await reload(server)
    assert.deepEqual(await take(server), { kind: 'taken' })
    const stored = await reload(server)
    assert.equal(stored.publicKey, nextPublicKey)
    assert.equal(stored.status, 'reachable')
    const lines = authorized().split('\n')
    assert.include(lines, stored.publicKey)
    assert.notInclude(lines, server.publicKey)
    assert.includeMembers(lines, others)
    assert.include(host().inside(['stat', '-c', '%a %U', KEYS]), '600 root')
    await remotes.of(stored).mustRun(sh`true`)
  })

  test('stays the present one as long as the new one is not let in', async ({ assert }) => {
    const server = await add()
    await connect(server, 'the password of root')
    await propose(server)
    host().inside([
      'sh',
      '-c',
      `chattr +i ${KEYS} 2>/dev/null || mount --bind -o ro ${KEYS} ${KEYS}`,
    ])
    const result = await take(server)
    host().inside(['sh', '-c', `chattr -i ${KEYS} 2>/dev/null; umount ${KEYS} 2>/dev/null; true`])
    const stored = await reload(server)
    if (result.kind === 'refused') {
      assert.include(result.message, 'refused the key')
      assert.equal(stored.publicKey, server.publicKey)
      await remotes.of(stored).mustRun(sh`true`)
    } else assert.fail('The new key was let in although nobody could write the file.')
  })

  test('is replaced by hand when the present one is no longer let in', async ({ assert }) => {
    const server = await add()
    await connect(server, 'the password of root')
    host().inside(['sed', '-i', `\\#${server.publicKey.split(' ')[1]}#d`, KEYS])
    remotes.forget(server)
    await new CheckServer(remotes).handle(await reload(server))
    assert.equal((await reload(server)).status, 'auth_failed')
    await propose(server)
    assert.equal((await take(server)).kind, 'refused')
    const { nextPublicKey } = await reload(server)
    host().inside(['sh', '-c', `cat >> ${KEYS}`], `${nextPublicKey}\n`)
    assert.deepEqual(await take(server), { kind: 'taken' })
    assert.equal((await reload(server)).status, 'reachable')
  })

  test('T10: that is refused is tried once by itself, and again only when someone asks', async ({
    assert,
  }) => {
    const server = await add()
    await connect(server, 'the password of root')
    const strange = await reload(server)
    strange.merge({
      privateKey: generateKeyPair('').privateKey,
      nextCheckAt: DateTime.fromMillis(0),
    })
    await strange.save()
    await logRequests(host())
    const checks = new CheckServers(remotes)
    await checks.handle('answering')
    const once = requests(host())
    assert.isAbove(once, 0)
    for (let round = 0; round < 5; round++) await checks.handle('silent')
    assert.equal((await reload(server)).status, 'auth_failed')
    assert.equal(requests(host()), once)
    await new CheckServer(remotes).handle(await reload(server), { afresh: true })
    assert.equal(requests(host()), 2 * once)
  })
})
