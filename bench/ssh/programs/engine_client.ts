import { sh } from '#engine/shell/command'
import { Secret } from '#engine/shell/secret'
import type { Remote } from '#engine/ssh/remote'
import { RemotePool } from '#engine/ssh/remote_pool'
import type { Target } from '#engine/ssh/target'
import { sweep, type Sweep } from './sweep.js'
import { readTargets } from './target_list.js'

/** Hosts as Muster reaches them: by the engine's pool. */
export class Client {
  readonly #targets: readonly Target[]
  readonly #pool = new RemotePool()

  /** @param path file with a `TargetList` */
  constructor(path: string) {
    const { username, privateKey, hosts } = readTargets(path)
    this.#targets = hosts.map(({ address, port, hostKey }) => ({
      ...{ id: address, host: address, port, username, hostKeys: [hostKey] },
      credential: { kind: 'key', privateKey: new Secret(privateKey) },
    }))
  }

  /**
   * Runs `uptime` on every host, over connections that are open or made for it.
   *
   * @param timeout milliseconds for each host
   */
  uptime(timeout?: number): Promise<Sweep> {
    return sweep(this.#targets, (target) => uptimeOf(this.#pool.remote(target), timeout))
  }

  /** Closes every connection. */
  close(): Promise<void> {
    return this.#pool.close()
  }

  /** How many hosts there are. */
  get size(): number {
    return this.#targets.length
  }

  /** The `index`th host. */
  remote(index: number): Remote {
    return this.#pool.remote(this.#targets[index])
  }

  /** The first host by way of a port of 127.0.0.1; forget it after use. */
  remoteBy(port: number): Remote {
    return this.#pool.remote({ ...this.#targets[0], host: '127.0.0.1', port })
  }

  /** Forgets a host, with its connections. */
  forget(index: number): void {
    this.#pool.forget(this.#targets[index].id)
  }
}

async function uptimeOf(remote: Remote, timeout?: number): Promise<string> {
  const { stdout } = await remote.mustRun(sh`exec uptime`, { timeout })
  return stdout
}
