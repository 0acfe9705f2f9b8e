import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { executeAsync } from '#tests/fleet/execute'
import type { Host } from '#tests/fleet/host'
import type { Stage } from './stage.js'

/** How long ssh may take to connect, in milliseconds. */
const PATIENCE_MS = 20_000

/** OpenSSH on a host over a connection that is open already (ControlMaster). */
export class WarmLogin {
  readonly #ssh: readonly string[]

  private constructor(ssh: readonly string[]) {
    this.#ssh = ssh
  }

  static async open(stage: Stage, host: Host): Promise<WarmLogin> {
    const directory = stage.directory('ssh')
    writeFileSync(join(directory, 'key'), host.privateKey, { mode: 0o600 })
    writeFileSync(join(directory, 'known_hosts'), `${host.knownHost}\n`)
    const control = join(directory, 'control')
    const options = [
      ...[`IdentityFile=${join(directory, 'key')}`, `ControlPath=${control}`, 'ControlMaster=no'],
      `UserKnownHostsFile=${join(directory, 'known_hosts')}`,
      ...['IdentitiesOnly=yes', 'StrictHostKeyChecking=yes', 'BatchMode=yes', 'LogLevel=ERROR'],
    ].flatMap((option) => ['-o', option])
    const ssh = ['ssh', '-F', '/dev/null', ...options]
    const login = `${host.username}@${host.address}`
    const [program, ...words] = [...ssh, '-M', '-N', login]
    const master = spawn(program, words, { stdio: 'ignore' })
    const ended = once(master, 'exit')
    stage.defer(async () => {
      master.kill()
      await ended
    })
    for (const end = Date.now() + PATIENCE_MS; !existsSync(control); await sleep(20)) {
      if (Date.now() > end || master.exitCode !== null) {
        throw new Error(`ssh did not connect to ${host.name}.`)
      }
    }
    return new WarmLogin([...ssh, login])
  }

  /** Runs a command there. Raises ExecutionFailed. */
  run(command: string, input: string): Promise<string> {
    return executeAsync([...this.#ssh, command], { input })
  }
}
