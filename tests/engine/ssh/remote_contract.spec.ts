import { RemotePool } from '#engine/ssh/remote_pool'
import { remoteContract } from '#engine/testing/remote_contract'
import { createFleet } from '#tests/fleet/fleet'
import { hide, targetOf } from '#tests/engine/ssh/target_of'

const WAYS = [
  { title: 'as root', username: 'root', jump: false },
  { title: 'as deploy', username: 'deploy', jump: false },
  { title: 'through a jump host', username: 'root', jump: true },
]

for (const { title, username, jump } of WAYS) {
  remoteContract(`SshRemote keeps the contract of Remote ${title}`, async () => {
    const fleet = await createFleet().start(jump ? ['web-1', 'bastion'] : 1)
    const host = fleet.host('web-1')
    if (username !== 'root') host.addUser(username, { sudo: 'nopasswd' })
    if (jump) hide(host)
    host.inside(['mkdir', '-m', '700', '/srv/contract'])
    const pool = new RemotePool()
    const via = jump ? targetOf(fleet.host('bastion')) : undefined
    return {
      remote: pool.remote(targetOf(host, { username, via })),
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
