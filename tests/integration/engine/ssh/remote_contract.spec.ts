import { RemotePool } from '#engine/ssh/remote_pool'
import { remoteContract } from '#engine/testing/remote_contract'
import { createFleet } from '#tests/fleet/fleet'
import { targetOf } from '#tests/integration/engine/ssh/target_of'

for (const username of ['root', 'deploy']) {
  remoteContract(`SshRemote keeps the contract of Remote as ${username}`, async () => {
    const fleet = await createFleet().start(1)
    const host = fleet.host('web-1')
    if (username !== 'root') host.addUser(username, { sudo: 'nopasswd' })
    host.inside(['mkdir', '-m', '700', '/srv/contract'])
    const pool = new RemotePool()
    return {
      remote: pool.remote(targetOf(host, { username })),
      directory: '/srv/contract',
      greeter: { host: '127.0.0.1', port: 22 },
      teach: () => {},
      close: async () => {
        await pool.close()
        await fleet.stop()
      },
    }
  })
}
