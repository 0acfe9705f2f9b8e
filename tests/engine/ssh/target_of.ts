import { setTimeout as sleep } from 'node:timers/promises'
import { Secret } from '#engine/shell/secret'
import { type RemoteError } from '#engine/ssh/errors'
import { type RunResult } from '#engine/ssh/remote'
import { type Target } from '#engine/ssh/target'
import { type Host } from '#tests/fleet/host'

/** The target of a host of the fleet: root, by the fleet's key, its host key pinned. */
export function targetOf(host: Host, changes: Partial<Target> = {}): Target {
  return {
    id: host.name,
    host: host.address,
    port: host.port,
    username: host.username,
    credential: { kind: 'key', privateKey: new Secret(host.privateKey) },
    hostKeys: [host.hostKey],
    ...changes,
  }
}

export async function stdoutOf(run: Promise<RunResult>): Promise<string> {
  const { stdout } = await run
  return stdout
}

/** The code of the error a promise rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  const { code } = await errorOf<RemoteError>(promise)
  return code
}

/** What a rejected promise rejects with. */
export async function errorOf<E extends Error>(promise: Promise<unknown>): Promise<E> {
  try {
    await promise
  } catch (error) {
    return error as E
  }
  throw new Error('It was expected to be rejected and was not.')
}

/** Gives the host's sshd this configuration, before any other; none takes it away again. */
export async function configureSshd(host: Host, config: string): Promise<void> {
  host.writeFile('/etc/ssh/sshd_config.d/00-test.conf', config)
  host.inside(['sh', '-c', 'systemctl reset-failed ssh; systemctl restart ssh'])
  await host.ready()
}

/** Lets sshd of the host log each authentication request, to see that there was none. */
export async function logRequests(host: Host): Promise<void> {
  await configureSshd(host, 'LogLevel DEBUG1\n')
}

/** Authentication requests that the host's sshd has logged. */
export function requests(host: Host): number {
  host.inside(['journalctl', '--sync'])
  const log = host.inside([
    'journalctl',
    '--no-pager',
    '-o',
    'cat',
    '-t',
    'sshd',
    '-t',
    'sshd-session',
  ])
  return log.split('\n').filter((line) => line.includes('userauth-request')).length
}

/** Lets a host answer the other hosts of its fleet and nobody else: this machine no more. */
export function hide(host: Host): void {
  const machine = host.address.replace(/\d+$/, '1')
  host.inside(['ip', 'route', 'add', 'blackhole', `${machine}/32`])
}

/** Repeats a question until the answer is yes. */
export async function until(answer: () => boolean, state: () => unknown = () => ''): Promise<void> {
  for (let count = 0; !answer(); count++) {
    if (count > 250) throw new Error(`It did not come: ${JSON.stringify(state())}`)
    await sleep(20)
  }
}
