import { test } from '@japa/runner'
import { sh } from '#engine/shell/command'
import { type RemoteError } from '#engine/ssh/errors'
import { fingerprint, readHostKey } from '#engine/ssh/host_key'
import { type HostKeyMismatch } from '#engine/ssh/host_key_mismatch'
import { RemotePool } from '#engine/ssh/remote_pool'
import { createFleet, type Fleet } from '#tests/fleet/fleet'
import { type Host } from '#tests/fleet/host'
import { codeOf, errorOf, logRequests, requests, targetOf } from '#tests/engine/ssh/target_of'

const KEYS = '/etc/ssh/ssh_host_'

function keyOf(host: Host, type: string) {
  const [name, key] = host.inside(['cat', `${KEYS}${type}_key.pub`]).split(' ')
  return { type: name, key }
}

async function addKey(host: Host, type: 'rsa' | 'ecdsa') {
  const path = `${KEYS}${type}_key`
  host.inside(['sh', '-c', `rm -f ${path}; ssh-keygen -q -t ${type} -N '' -f ${path}`])
  host.inside(['sh', '-c', 'systemctl reset-failed ssh; systemctl restart ssh'])
  await host.ready()
  return keyOf(host, type)
}

test.group('host keys', (group) => {
  let fleet: Fleet
  let host: Host
  let pool: RemotePool

  group.each.setup(async () => {
    fleet = await createFleet().start(1)
    host = fleet.host('web-1')
    pool = new RemotePool()
    await logRequests(host)
    return async () => {
      await pool.close()
      await fleet.stop()
    }
  })

  test('are read without any authentication', async ({ assert }) => {
    const key = await readHostKey(host.address, host.port, { timeout: 5000 })
    assert.deepEqual(key, host.hostKey)
    assert.equal(requests(host), 0)
    const shown = host.inside(['ssh-keygen', '-lf', `${KEYS}ed25519_key.pub`])
    assert.include(shown, `${fingerprint(key)} `)
    await pool.remote(targetOf(host)).mustRun(sh`true`)
    assert.isAbove(requests(host), 0)
  })

  test('that cannot be read tell why', async ({ assert }) => {
    const refused = await errorOf<RemoteError>(readHostKey(host.address, 1))
    assert.equal(refused.code, 'E_CONNECT')
    host.pauseSshd()
    const paused = await errorOf<RemoteError>(
      readHostKey(host.address, host.port, { timeout: 500 })
    )
    assert.equal(paused.code, 'E_TIMEOUT')
    assert.include(paused.message, '0.5 s')
  })

  test('T5: an impostor is refused and sees no authentication', async ({ assert }) => {
    const target = targetOf(host)
    const pinned = host.hostKey
    host.replaceHostKey()
    await host.ready()
    const error = await errorOf<HostKeyMismatch>(pool.remote(target).run(sh`true`))
    assert.equal(error.code, 'E_HOST_KEY')
    assert.include(error.message, fingerprint(pinned))
    assert.include(error.message, fingerprint(host.hostKey))
    assert.deepEqual(error.pinned, [pinned])
    assert.deepEqual(error.offered, host.hostKey)
    assert.equal(requests(host), 0)
  })

  test('T5: an impostor with a key of another type is refused, too', async ({ assert }) => {
    const hostKeys = [await addKey(host, 'rsa')]
    host.inside(['sh', '-c', `rm ${KEYS}rsa_key*; systemctl restart ssh`])
    await host.ready()
    const error = await errorOf<HostKeyMismatch>(
      pool.remote(targetOf(host, { hostKeys })).run(sh`true`)
    )
    assert.equal(error.code, 'E_HOST_KEY')
    assert.include(error.message, fingerprint(hostKeys[0]))
    assert.isUndefined(error.offered)
    assert.equal(requests(host), 0)
  })

  test('T6: a mismatch stays refused until a person acts', async ({ assert }) => {
    const target = targetOf(host)
    const remote = pool.remote(target)
    await remote.mustRun(sh`true`)
    const before = requests(host)
    host.replaceHostKey()
    await host.ready()
    pool.forget('web-1')
    assert.equal(await codeOf(pool.remote(target).run(sh`true`)), 'E_HOST_KEY')
    const again = await errorOf<RemoteError>(pool.remote(target).run(sh`true`))
    assert.equal(again.code, 'E_HOST_KEY')
    assert.include(again.message, 'until someone has confirmed')
    assert.equal(pool.gauges().openBreakers, 1)
    assert.equal(requests(host), before)
    await pool.remote(targetOf(host)).mustRun(sh`true`)
    assert.equal(pool.gauges().openBreakers, 0)
  })

  test('of each pinned type are accepted, with the others not offered', async ({ assert }) => {
    for (const type of ['rsa', 'ecdsa'] as const) {
      const hostKeys = [await addKey(host, type)]
      const { stdout } = await pool
        .remote(targetOf(host, { id: type, hostKeys }))
        .mustRun(sh`id -u`)
      assert.equal(stdout, '0\n')
    }
  })

  test('are required: no pin and no supported pin do not connect', async ({ assert }) => {
    for (const hostKeys of [[], [{ type: 'ssh-dss', key: 'AAAAB3NzaC1kc3M=' }]]) {
      const error = await errorOf<RemoteError>(
        pool.remote(targetOf(host, { hostKeys })).run(sh`true`)
      )
      assert.equal(error.code, 'E_HOST_KEY')
    }
    assert.equal(requests(host), 0)
  })
})
