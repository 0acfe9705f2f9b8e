import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** How long a panel may take to say that it is up, in milliseconds. */
const PATIENCE_MS = 60_000

/** What it says then. */
const UP = 'Muster is up'

export interface PanelOptions {
  /** Environment variables beside the usual ones, such as MUSTER_ROLES or DB_CONNECTION. */
  environment?: Record<string, string>
}

/**
 * A panel as a process of its own, on a port and a data directory of its own: what people run,
 * for tests that kill it. Hold it in `await using`, or call `remove`.
 */
export class Panel implements AsyncDisposable {
  readonly url: string
  readonly dataDirectory = mkdtempSync(join(tmpdir(), 'muster-panel-'))
  readonly #environment: Record<string, string>
  #process: ChildProcess | null = null
  #output = ''

  private constructor(port: number, options: PanelOptions) {
    this.url = `http://127.0.0.1:${port}`
    this.#environment = {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      APP_URL: this.url,
      APP_KEY: randomBytes(32).toString('base64url'),
      SECRETS_KEY: randomBytes(32).toString('base64url'),
      DATA_DIR: this.dataDirectory,
      ENV_PATH: this.dataDirectory,
      DB_CONNECTION: 'sqlite',
      MUSTER_ROLES: 'web,worker,scheduler',
      SESSION_STORE: 'database',
      LIMITER_STORE: 'database',
      LOG_LEVEL: 'warn',
      ...options.environment,
    }
  }

  static async start(options: PanelOptions = {}): Promise<Panel> {
    const panel = await Panel.prepare(options)
    await panel.boot()
    return panel
  }

  /** A panel that is not started yet. */
  static async prepare(options: PanelOptions = {}): Promise<Panel> {
    return new Panel(await freePort(), options)
  }

  /** The one-time link it printed for its first owner. */
  get claimLink(): string {
    const link = /\S+\/setup\?token=\S+/.exec(this.#output)?.[0]
    if (!link) throw new Error(`The panel printed no link to claim it:\n${this.#output}`)
    return link
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Everything the present process has written. */
  get output(): string {
    return this.#output
  }

  /**
   * Starts the process, again after `kill`, and waits until it answers.
   *
   * @param changes variables of its environment that are others from now on
   */
  async boot(changes: Record<string, string> = {}): Promise<void> {
    const child = this.#spawn(changes)
    this.#process = child
    const end = Date.now() + PATIENCE_MS
    while (!this.#output.includes(UP)) {
      if (child.exitCode !== null || Date.now() > end) {
        child.kill('SIGKILL')
        throw new Error(`The panel did not come up:\n${this.#output}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /**
   * Starts the process where it must not come up: gives what it says and its exit code.
   *
   * @throws when it comes up, or is still there after a minute
   */
  async refusal(
    changes: Record<string, string> = {}
  ): Promise<{ code: number | null; output: string }> {
    const child = this.#spawn(changes)
    let hasEnded = false
    child.once('close', () => (hasEnded = true))
    const end = Date.now() + PATIENCE_MS
    while (!hasEnded) {
      if (this.#output.includes(UP) || Date.now() > end) {
        child.kill('SIGKILL')
        throw new Error(`The panel did not refuse to start:\n${this.#output}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return { code: child.exitCode, output: this.#output }
  }

  #spawn(changes: Record<string, string>): ChildProcess {
    this.#output = ''
    Object.assign(this.#environment, changes)
    const child = spawn(process.execPath, ['--import=@poppinss/ts-exec', 'bin/server.ts'], {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (this.#output += chunk))
    }
    return child
  }

  /** Ends the process: at once by SIGKILL, or as asked by SIGTERM or SIGINT. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT' = 'SIGKILL'): Promise<number | null> {
    const child = this.#process
    if (!child) return null
    this.#process = null
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      await once(child, 'exit')
    }
    return child.exitCode
  }

  /** Ends the process and removes its data. */
  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.dataDirectory, { recursive: true, force: true })
  }

  [Symbol.asyncDispose]() {
    return this.remove()
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || address === null) throw new Error('No port is free.')
  return address.port
}
