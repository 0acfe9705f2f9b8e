import app from '@adonisjs/core/services/app'
import { FakeRemote } from '#engine/testing/fake_remote'
import type { Secret } from '#engine/shell/secret'
import type { HostKey } from '#engine/ssh/host_key'
import type { Remote } from '#engine/ssh/remote'
import type Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import { someHostKey } from '#tests/support/tenants'

/**
 * Servers that are not there: every one is the same scripted remote, on which each command fails
 * unless a test says otherwise, and offers the same host key.
 * Swap it in for `ServerRemotes` to keep a test off the network.
 */
export class FakeServerRemotes extends ServerRemotes {
  readonly remote = new FakeRemote().on(/^/, { code: 1 })
  hostKey: HostKey = someHostKey()

  override of(_server: Server) {
    return this.remote
  }

  override withPassword(_server: Server) {
    return this.remote
  }

  override withKey<T>(_server: Server, _key: Secret, work: (remote: Remote) => Promise<T>) {
    return work(this.remote)
  }

  override async readHostKey(_host: string, _port: number) {
    return this.hostKey
  }

  override async readHostKeyFrom(_server: Server, _host: string, _port: number) {
    return this.hostKey
  }
}

/**
 * Keeps everything that follows off the network; the second value undoes it.
 */
export function swapServerRemotes(): [FakeServerRemotes, () => void] {
  const fake = new FakeServerRemotes()
  app.container.swap(ServerRemotes, () => fake)
  return [fake, () => app.container.restore(ServerRemotes)]
}
