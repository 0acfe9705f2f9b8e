import { setTimeout as sleep } from 'node:timers/promises'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import CreateRun from '#app/runs/actions/create_run'
import { RunWorker } from '#app/runs/worker/run_worker'
import CheckServer from '#app/servers/actions/check_server'
import Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import AddKey from '#app/ssh_keys/actions/add_key'
import BeginRotation from '#app/ssh_keys/actions/begin_rotation'
import ContinueRotations from '#app/ssh_keys/actions/continue_rotations'
import RetryRotation from '#app/ssh_keys/actions/retry_rotation'
import type KeyRotation from '#app/ssh_keys/models/key_rotation'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import SshKey from '#app/ssh_keys/models/ssh_key'
import type { Scope } from '#app/teams/scope'
import { createFleet } from '#tests/fleet/fleet'
import type { Host } from '#tests/fleet/host'
import { Panel } from '#tests/support/panel'
import { connectedServer, createOwner } from '#tests/support/fleet_servers'
import { testDatabase } from '#tests/support/ace'
import { createScriptRun, logOf, waitForRun } from '#tests/support/script_runs'

const KEYS = '/root/.ssh/authorized_keys'
const OPEN = ['adding', 'added', 'removing', 'withdrawing']

test.group('Rotation of login keys', (group) => {
  const fleet = createFleet({ image: 'base' })
  const [one, two] = [() => fleet.host('web-1'), () => fleet.host('web-2')]
  let remotes: ServerRemotes
  let worker: RunWorker | null = null
  let ticking: NodeJS.Timeout | null = null
  let scope: Scope

  group.each.timeout(120_000)
  group.setup(async () => {
    await fleet.start(2)
    scope = (await createOwner()).scope
  })
  group.teardown(() => fleet.stop())
  group.each.setup(() => {
    start()
    return () => stop()
  })
  group.each.teardown(async () => {
    for (const host of [one(), two()]) {
      host.linkUp()
      host.writeFile(KEYS, `${host.publicKey}\n`, { mode: '600' })
      host.inside(['rm', '-f', '/etc/ssh/sshd_config.d/test.conf'])
      host.inside(['systemctl', 'reload', 'ssh'])
    }
    await Server.acrossTeams().delete()
  })

  /** What a panel does by itself. */
  function start() {
    remotes = new ServerRemotes()
    worker = new RunWorker(remotes)
    worker.start()
    const continueRotations = new ContinueRotations(remotes)
    let running = Promise.resolve()
    ticking = setInterval(() => (running = running.then(() => continueRotations.handle())), 200)
  }

  async function stop() {
    if (ticking) clearInterval(ticking)
    await worker?.stop()
    await remotes.close()
    worker = null
    ticking = null
  }

  const begin = () => new BeginRotation(new CreateRun())
  const retry = (rotation: KeyRotation) =>
    new RetryRotation(new CreateRun()).handle(scope, rotation)
  const keysOf = (host: Host) => host.inside(['cat', KEYS]).trim().split('\n')
  const stored = ({ id }: Server) => Server.within(scope).where('id', id).firstOrFail()
  const rowsOf = ({ id }: KeyRotation) =>
    KeyRotationServer.within(scope).where('rotation_id', id).preload('server')

  async function until(rotation: KeyRotation, holds: (rows: KeyRotationServer[]) => boolean) {
    for (const end = Date.now() + 90_000; ; await sleep(20)) {
      const rows = await rowsOf(rotation)
      if (holds(rows)) return rows
      if (Date.now() < end) continue
      throw new Error(rows.map(({ state, message }) => `${state}: ${message}`).join('\n'))
    }
  }
  const ended = (rotation: KeyRotation) =>
    until(rotation, (rows) => rows.every(({ state }) => !OPEN.includes(state)))

  /** Whether Muster gets in by what it has stored, on connections of its own; sshd may be starting. */
  async function getsIn(server: Server) {
    const fresh = new ServerRemotes()
    const check = new CheckServer(fresh)
    try {
      for (let tries = 0; tries < 20; tries++) {
        const result = await check.handle(await stored(server), { afresh: true })
        if (result.kind === 'reachable') return true
        await sleep(250)
      }
      return false
    } finally {
      await fresh.close()
    }
  }

  test('adds the new key, logs in with it, stores it, and removes the old one', async ({
    assert,
  }) => {
    const options = 'no-agent-forwarding,environment="A=b c"'
    one().writeFile(KEYS, `# by hand\n${options} ${one().publicKey}`, { mode: '600' })
    const server = await connectedServer(scope, one())
    const [row] = await ended(await begin().own(scope, server))
    assert.equal(row.state, 'rotated', row.message ?? '')
    assert.isNull(row.activeServerId)
    const now = await stored(server)
    assert.notEqual(now.publicKey, server.publicKey)
    assert.deepEqual(keysOf(one()), ['# by hand', `${options} ${now.publicKey}`])
    assert.isTrue(await getsIn(server))
    const waiting = await db.from('key_rotations').whereNotNull('private_key')
    assert.lengthOf(waiting, 0)
  })

  test('puts a pair in the place of another, server by server, and forgets the old one', async ({
    assert,
  }) => {
    const servers = [await connectedServer(scope, one()), await connectedServer(scope, two())]
    const key = await new AddKey().generate(scope, { name: 'Web', type: 'rsa', expiresAt: null })
    const ids = servers.map(({ id }) => id)
    const shared = await ended(await begin().share(scope, key, ids))
    assert.deepEqual(
      shared.map(({ state }) => state),
      ['rotated', 'rotated']
    )
    for (const host of [one(), two()]) assert.deepEqual(keysOf(host), [key.publicKey])

    const rotation = await begin().replace(scope, key, null)
    await ended(rotation)
    await key.refresh()
    assert.isNotNull(key.retiredAt)
    assert.isNull(key.privateKey)
    const fresh = await SshKey.within(scope).where('rotated_from_id', key.id).firstOrFail()
    assert.equal(fresh.type, 'ssh-rsa')
    for (const [index, host] of [one(), two()].entries()) {
      assert.deepEqual(keysOf(host), [fresh.publicKey])
      assert.equal((await stored(servers[index])).sshKeyId, fresh.id)
      assert.isTrue(await getsIn(servers[index]))
    }
  })

  test('keeps the old key where the new one does not let in, until it is tried again', async ({
    assert,
  }) => {
    const server = await connectedServer(scope, one())
    await new CheckServer(remotes).handle(server)
    one().writeFile('/etc/ssh/sshd_config.d/test.conf', 'AllowUsers nobody-here\n')
    one().inside(['systemctl', 'reload', 'ssh'])
    const rotation = await begin().own(scope, server)
    const [row] = await ended(rotation)
    assert.equal(row.state, 'failed')
    assert.include(row.message!, 'login with the new key did not work')
    assert.equal((await stored(server)).publicKey, server.publicKey)
    assert.deepEqual(keysOf(one()), [one().publicKey])

    one().inside(['rm', '/etc/ssh/sshd_config.d/test.conf'])
    one().inside(['systemctl', 'reload', 'ssh'])
    assert.isTrue(await getsIn(server))
    await retry(rotation)
    const [again] = await ended(rotation)
    assert.equal(again.state, 'rotated', again.message ?? '')
    assert.isTrue(await getsIn(server))
    assert.deepEqual(keysOf(one()), [(await stored(server)).publicKey])
  })

  test('begins nothing where sshd reads other files', async ({ assert }) => {
    const server = await connectedServer(scope, one())
    one().writeFile(
      '/etc/ssh/sshd_config.d/test.conf',
      'AuthorizedKeysFile /etc/ssh/keys/%u .ssh/others\n'
    )
    const [row] = await ended(await begin().own(scope, server))
    assert.equal(row.state, 'failed')
    assert.include(row.message!, 'AuthorizedKeysFile')
    assert.deepEqual(keysOf(one()), [one().publicKey])
    assert.equal((await stored(server)).publicKey, server.publicKey)
  })

  test('a server that is down stays on the old key and is tried later', async ({ assert }) => {
    const servers = [await connectedServer(scope, one()), await connectedServer(scope, two())]
    const key = await new AddKey().generate(scope, {
      ...{ name: 'Web', type: 'ed25519', expiresAt: null },
    })
    two().stopSshd()
    remotes.forget(servers[1])
    const rotation = await begin().share(
      scope,
      key,
      servers.map(({ id }) => id)
    )
    const rows = await ended(rotation)
    const stateOf = (server: Server) => rows.find(({ serverId }) => serverId === server.id)!.state
    assert.equal(stateOf(servers[0]), 'rotated')
    assert.equal(stateOf(servers[1]), 'failed')
    two().startSshd()
    assert.isTrue(await getsIn(servers[1]))
    assert.deepEqual(keysOf(two()), [two().publicKey])
    remotes.retryNow(servers[1])
    await retry(rotation)
    const states = (await ended(rotation)).map(({ state }) => state)
    assert.deepEqual(states, ['rotated', 'rotated'])
    assert.isTrue(await getsIn(servers[1]))
  })

  test('of two at once for a server one wins', async ({ assert }) => {
    const server = await connectedServer(scope, one())
    const both = await Promise.allSettled([begin().own(scope, server), begin().own(scope, server)])
    const won = both.filter((each) => each.status === 'fulfilled')
    assert.lengthOf(won, 1)
    const lost: any = both.find((each) => each.status === 'rejected')
    assert.include(JSON.stringify(lost.reason.messages), 'being rotated already')
    const [row] = await ended(won[0].value)
    assert.equal(row.state, 'rotated')
    assert.lengthOf(keysOf(one()), 1)
    assert.isTrue(await getsIn(server))
  })

  test('leaves the old key when its line cannot be removed, says so, and removes it later', async ({
    assert,
  }) => {
    clearInterval(ticking!)
    const server = await connectedServer(scope, one())
    const rotation = await begin().own(scope, server)
    await until(rotation, ([{ state }]) => state === 'added')
    await worker!.stop()
    await new ContinueRotations(remotes).handle()
    const both = one().inside(['cat', KEYS])
    one().writeFile(KEYS, `${both}# \0\n`, { mode: '600' })
    await stop()
    start()
    const [row] = await ended(rotation)
    one().writeFile(KEYS, both, { mode: '600' })
    assert.equal(row.state, 'leftover')
    assert.include(row.message!, 'is no text file')
    assert.notEqual((await stored(server)).publicKey, server.publicKey)
    assert.lengthOf(keysOf(one()), 2)
    await retry(rotation)
    const [again] = await ended(rotation)
    assert.equal(again.state, 'rotated')
    assert.deepEqual(keysOf(one()), [(await stored(server)).publicKey])
  })

  test('J1: a run that began before is attached to again with the new key', async ({ assert }) => {
    const server = await connectedServer(scope, one())
    const run = await createScriptRun(
      scope,
      server,
      'for i in $(seq 1 60); do echo $i; sleep 0.2; done'
    )
    await waitForRun(run.id, ({ logSize }) => logSize > 0)
    const [row] = await ended(await begin().own(scope, server))
    assert.equal(row.state, 'rotated', row.message ?? '')
    one().killSessions()
    assert.equal((await waitForRun(run.id)).state, 'succeeded')
    assert.equal(await logOf(run), Array.from({ length: 60 }, (_, i) => `${i + 1}\n`).join(''))
  })

  /** A panel of its own on the database of this test. */
  function preparePanel() {
    return Panel.prepare({
      environment: {
        ...testDatabase(),
        MUSTER_ROLES: 'worker,scheduler',
        APP_KEY: process.env.APP_KEY!,
        SECRETS_KEY: process.env.SECRETS_KEY!,
      },
    })
  }

  test('J2: a panel killed between adding and storing goes on from there', async ({ assert }) => {
    await stop()
    const server = await connectedServer(scope, one())
    await using panel = await preparePanel()
    await panel.boot()
    const rotation = await begin().own(scope, server)
    // Nobody gets in anew, so that the new key is there and cannot be tried.
    await until(rotation, ([{ state }]) => {
      if (one().inside(['cat', KEYS]).trim().split('\n').length < 2) return false
      one().stopSshd()
      return state === 'added' || state === 'adding'
    })
    await until(rotation, ([{ state }]) => state === 'added')
    await panel.kill('SIGKILL')
    assert.equal((await stored(server)).publicKey, server.publicKey)
    assert.lengthOf(keysOf(one()), 2)
    one().startSshd()
    assert.isTrue(await getsIn(server))

    await panel.boot()
    const [row] = await ended(rotation)
    assert.equal(row.state, 'rotated', row.message ?? '')
    assert.isTrue(await getsIn(server))
    assert.deepEqual(keysOf(one()), [(await stored(server)).publicKey])
  })

  test('J2: a panel killed between storing and removing goes on from there', async ({ assert }) => {
    await stop()
    const server = await connectedServer(scope, one())
    await using panel = await preparePanel()
    await panel.boot()
    const rotation = await begin().own(scope, server)
    await until(rotation, ([{ state }]) => state === 'removing')
    await panel.kill('SIGKILL')
    const [between] = await rowsOf(rotation)
    assert.equal(between.state, 'removing')
    assert.isTrue(await getsIn(server))
    assert.notEqual((await stored(server)).publicKey, server.publicKey)

    await panel.boot()
    const [row] = await ended(rotation)
    assert.equal(row.state, 'rotated', row.message ?? '')
    assert.isTrue(await getsIn(server))
    assert.deepEqual(keysOf(one()), [(await stored(server)).publicKey])
  })
})
