import { once } from 'node:events'
import { connect } from 'node:net'
import ssh2 from 'ssh2'
import { sweep, type Sweep } from './sweep.js'
import { readTargets, type TargetList } from './target_list.js'

/** So many are connected to at a time, as by the peers. */
const AT_ONCE = 50

/**
 * Hosts as somebody reaches them who writes the loop straight on `ssh2`, with the same key, the
 * same algorithms and no waiting for acknowledgements: the least that JavaScript can do.
 */
export class Client {
  readonly #list: TargetList
  readonly #open = new Map<string, ssh2.Client>()
  readonly #line: (() => void)[] = []
  #places = AT_ONCE

  /** @param path file with a `TargetList` */
  constructor(path: string) {
    this.#list = readTargets(path)
  }

  /** Runs `uptime` on every host, over connections that are open or made for it. */
  uptime(): Promise<Sweep> {
    return sweep(this.#list.hosts, async (host) => {
      const open = this.#open.get(host.address) ?? (await this.#connect(host))
      return await outputOf(open, 'uptime')
    })
  }

  async close(): Promise<void> {
    for (const open of this.#open.values()) open.destroy()
    this.#open.clear()
  }

  async #connect({ address, port, hostKey }: TargetList['hosts'][number]): Promise<ssh2.Client> {
    if (this.#places > 0) this.#places--
    else await new Promise<void>((resolve) => this.#line.push(resolve))
    const made = new ssh2.Client()
    made.connect({
      sock: connect({ host: address, port, noDelay: true }),
      username: this.#list.username,
      privateKey: this.#list.privateKey,
      hostVerifier: (blob: Buffer) => blob.equals(Buffer.from(hostKey.key, 'base64')),
      algorithms: {
        cipher: ['aes128-gcm@openssh.com'],
        kex: ['curve25519-sha256'],
        serverHostKey: ['ssh-ed25519'],
      },
    })
    await once(made, 'ready')
    this.#open.set(address, made)
    const next = this.#line.shift()
    if (next) next()
    else this.#places++
    return made
  }
}

function outputOf(open: ssh2.Client, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    open.exec(command, (error, channel) => {
      if (error) return reject(error)
      let output = ''
      channel.on('data', (chunk: Buffer) => (output += chunk))
      channel.stderr.resume()
      channel.once('close', () => resolve(output))
    })
  })
}
