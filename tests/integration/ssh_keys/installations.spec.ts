import { test } from '@japa/runner'
import { generateKeyPair, generateRsaKeyPair } from '#engine/ssh/key_pair'
import CreateRun from '#app/runs/actions/create_run'
import { RunWorker } from '#app/runs/worker/run_worker'
import { ServerRemotes } from '#app/servers/server_remotes'
import type Server from '#app/servers/models/server'
import { keptKey } from '#app/ssh_keys/key_lines'
import AddPublicKey from '#app/ssh_keys/actions/add_public_key'
import InstallKey from '#app/ssh_keys/actions/install_key'
import LookAtKeys from '#app/ssh_keys/actions/look_at_keys'
import RemoveInstallations from '#app/ssh_keys/actions/remove_installations'
import KeyInstallation from '#app/ssh_keys/models/key_installation'
import KeySighting from '#app/ssh_keys/models/key_sighting'
import PublicKey from '#app/ssh_keys/models/public_key'
import type { Scope } from '#app/teams/scope'
import type User from '#app/users/models/user'
import { createFleet } from '#tests/fleet/fleet'
import { openSsh } from '#tests/engine/fleet/open_ssh'
import { connectedServer, createOwner } from '#tests/support/fleet_servers'
import { waitForRun } from '#tests/support/script_runs'

test.group('Keys on servers', (group) => {
  const fleet = createFleet({ image: 'base' })
  const host = () => fleet.host('web-1')
  const remotes = new ServerRemotes()
  const worker = new RunWorker(remotes)
  let scope: Scope
  let user: User
  let server: Server
  let count = 0

  group.setup(async () => {
    await fleet.start(1)
    const owner = await createOwner()
    scope = owner.scope
    user = owner.user
    server = await connectedServer(scope, host())
    worker.start()
  })
  group.teardown(async () => {
    await worker.stop()
    await remotes.close()
    await fleet.stop()
  })

  const keysOf = (name: string) => `/home/${name}/.ssh/authorized_keys`
  const read = (name: string) => host().inside(['cat', keysOf(name)])

  /** A user of the host, and a key of the owner that is not there yet. */
  async function scene(pair = generateKeyPair('ada@laptop')) {
    const name = `person${++count}`
    host().addUser(name)
    const added = await new AddPublicKey().handle(scope.origin, user, {
      name: `Laptop ${count}`,
      publicKey: pair.publicKey,
      expiresAt: null,
    })
    const key = await PublicKey.within(scope).where('id', added.id).preload('user').firstOrFail()
    const privateKey = pair.privateKey.reveal()
    return { name, key, logIn: () => openSsh(host(), 'id -un', { user: name, privateKey }) }
  }

  async function ended({ id, runId }: KeyInstallation) {
    await waitForRun(runId!)
    return KeyInstallation.within(scope).where('id', id).firstOrFail()
  }

  async function install(key: PublicKey, unixUser: string | null) {
    const places = { serverIds: [server.id], unixUser, removedOnExpiry: false }
    const [one] = await new InstallKey(new CreateRun()).handle(scope, key, places)
    return ended(one)
  }

  async function remove(installation: KeyInstallation) {
    const [one] = await new RemoveInstallations(new CreateRun()).handle(scope, [installation.id])
    return ended(one)
  }

  test('let a person in by ssh, and out again, and leave others alone', async ({ assert }) => {
    const { name, key, logIn } = await scene()
    const before = read(name)
    assert.throws(logIn)
    const installed = await install(key, name)
    assert.equal(installed.state, 'installed')
    assert.equal(logIn().trim(), name)
    assert.equal(
      host()
        .inside(['stat', '-c', '%U %a', keysOf(name)])
        .trim(),
      `${name} 600`
    )

    const again = await install(key, name)
    assert.equal(again.state, 'installed')
    assert.lengthOf(read(name).trim().split('\n'), 2)

    const removed = await remove(again)
    assert.equal(removed.state, 'removed')
    assert.throws(logIn)
    assert.equal(read(name), before)
  })

  test('of RSA let in, too', async ({ assert }) => {
    const { name, key, logIn } = await scene(await generateRsaKeyPair('ada'))
    await install(key, name)
    assert.equal(logIn().trim(), name)
  }).timeout(60_000)

  test('are put where a login of Muster with sudo may not write itself', async ({ assert }) => {
    const { name, key, logIn } = await scene()
    host().addUser('muster-op', { sudo: 'nopasswd' })
    await server.merge({ username: 'muster-op' }).save()
    assert.equal((await install(key, name)).state, 'installed')
    assert.equal(logIn().trim(), name)
    await server.merge({ username: 'root' }).save()
  })

  test('are not installed through a link, and the failure says so', async ({ assert }) => {
    const { name, key } = await scene()
    host().inside([
      'sh',
      '-c',
      `echo precious > /etc/precious; ln -sf /etc/precious ${keysOf(name)}`,
    ])
    const failed = await install(key, name)
    assert.equal(failed.state, 'failed')
    assert.include(failed.message!, 'symbolic link')
    assert.equal(host().inside(['cat', '/etc/precious']), 'precious\n')
  })

  test('are not installed for a user who is not there', async ({ assert }) => {
    const { key } = await scene()
    const failed = await install(key, 'nobody-here')
    assert.equal(failed.state, 'failed')
    assert.include(failed.message!, 'no user nobody-here')
  })

  test('are not installed where sshd reads others', async ({ assert }) => {
    const { name, key } = await scene()
    const rule = `Match User ${name}\n  AuthorizedKeysFile /etc/ssh/keys/%u\n`
    host().writeFile(`/etc/ssh/sshd_config.d/${name}.conf`, rule)
    const failed = await install(key, name)
    host().inside(['rm', `/etc/ssh/sshd_config.d/${name}.conf`])
    assert.equal(failed.state, 'failed')
    assert.include(failed.message!, 'AuthorizedKeysFile')
    assert.notInclude(read(name), key.publicKey)
  })

  test('stay when the file belongs to somebody else, and that is said', async ({ assert }) => {
    const { name, key } = await scene()
    const installed = await install(key, name)
    host().inside(['chown', 'root', keysOf(name)])
    const kept = await remove(installed)
    assert.equal(kept.state, 'installed')
    assert.include(kept.message!, `does not belong to ${name}`)
    host().inside(['chown', name, keysOf(name)])
    assert.equal((await remove(kept)).state, 'removed')
  })

  test('are never removed while Muster logs in with them, asked or in the run', async ({
    assert,
  }) => {
    const { key } = await scene()
    const login = keptKey(host().publicKey)
    const row = await KeyInstallation.create({
      ...{ teamId: scope.teamId, serverId: server.id, unixUser: 'root', name: 'Fleet' },
      ...{ fingerprint: login.fingerprint, publicKey: login.publicKey, state: 'installed' },
      ...{ publicKeyId: key.id, ownerId: user.id, ownerName: user.fullName },
      removedOnExpiry: false,
    })
    const asked: any = await remove(row).catch((error) => error)
    assert.include(JSON.stringify(asked.messages), 'Rotate the login key first')

    const run = await new CreateRun().handle(scope, {
      server,
      kind: 'ssh_keys.remove',
      title: 'Remove the login key',
      input: { installationId: row.id, unixUser: 'root', publicKey: login.publicKey },
      deadlineSeconds: 60,
    })
    const after = await waitForRun(run.id)
    assert.equal(after.state, 'failed')
    assert.include(after.failure!.reason, 'Muster logs in with this key')
    assert.include(host().inside(['cat', '/root/.ssh/authorized_keys']), login.publicKey)
  })

  test('are told apart by a look, and what it sees counts', async ({ assert }) => {
    const { name, key } = await scene()
    const installed = await install(key, name)
    const foreign = generateKeyPair('<script>alert(1)</script>')
    host().writeFile(keysOf(name), `${foreign.publicKey}\nrubbish\n`, { mode: '600', owner: name })
    const look = new LookAtKeys(remotes)
    const result = await look.handle(server)
    assert.equal(result.kind, 'seen')
    const sighting = await KeySighting.within(scope).where({ unixUser: name }).firstOrFail()
    assert.equal(sighting.found.keys[0].fingerprint, keptKey(foreign.publicKey).fingerprint)
    assert.equal(sighting.found.unreadable, 1)
    const gone = await KeyInstallation.within(scope).where('id', installed.id).firstOrFail()
    assert.equal(gone.state, 'removed')

    host().writeFile(keysOf(name), `${key.publicKey}\n`, { mode: '600', owner: name })
    await look.handle(server)
    await gone.refresh()
    assert.equal(gone.state, 'installed')
  })
})
