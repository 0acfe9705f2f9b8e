import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free_port.js'

/** How long `npm start` may take, in milliseconds; the first one installs and builds. */
const PATIENCE_MS = 600_000

/** How long a panel may take to end when asked, in milliseconds. */
const GRACE_MS = 15_000

/** What npm tells the scripts it runs, which would lead the npm of the clone astray. */
const OF_OUTER_NPM =
  /^(npm_(lifecycle|package|node_execpath|execpath|command)|INIT_CWD|NODE_OPTIONS)/

/**
 * A panel as people run it, by `npm start` in a directory, production build and all.
 */
export class StartedPanel {
  readonly directory: string
  readonly data: string
  #npm: ChildProcess | null = null
  #output = ''
  #port = 0

  constructor(directory: string, data: string) {
    this.directory = directory
    this.data = data
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** The one-time link it printed for its first owner. */
  get claimLink(): string {
    const link = /\S+\/setup\?token=\S+/.exec(this.#output)?.[0]
    if (!link) throw new Error(`The panel printed no link to claim it:\n${this.#output}`)
    return link
  }

  /**
   * Starts it, again after `stop`, and waits until it says that it is up.
   *
   * @returns milliseconds from the start of npm to "Muster is up"
   */
  async start(): Promise<number> {
    this.#port ||= await freePort()
    this.#output = ''
    const began = performance.now()
    const npm = spawn('npm', ['start'], {
      cwd: this.directory,
      env: { ...outerEnvironment(), HOST: '127.0.0.1', ...this.#own() },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    this.#npm = npm
    const isUp = new Promise<number>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        this.#output += chunk
        if (this.#output.includes('Muster is up')) resolve(performance.now() - began)
      }
      npm.stdout.on('data', read)
      npm.stderr.on('data', read)
      npm.once('error', reject)
      const fail = (why: string) => reject(new Error(`npm start ${why}:\n${this.#output.trim()}`))
      npm.once('exit', (code) => fail(`ended with ${code ?? 'a signal'}`))
      setTimeout(() => fail(`was not up after ${PATIENCE_MS / 1000} s`), PATIENCE_MS).unref()
    })
    return await isUp
  }

  /** Asks it to end and waits until nothing of it is left. */
  async stop(): Promise<void> {
    const npm = this.#npm
    this.#npm = null
    if (!npm?.pid || npm.exitCode !== null || npm.signalCode !== null) return
    const ended = once(npm, 'exit')
    signalGroup(npm.pid, 'SIGTERM')
    const timer = setTimeout(() => signalGroup(npm.pid!, 'SIGKILL'), GRACE_MS)
    await ended
    for (const end = Date.now() + GRACE_MS; signalGroup(npm.pid, 0); await sleep(20)) {
      if (Date.now() > end) signalGroup(npm.pid, 'SIGKILL')
    }
    clearTimeout(timer)
  }

  /** Resident memory of the one process that is the panel, in bytes (proc(5), VmRSS). */
  get residentBytes(): number {
    const pid = descendants(this.#npm!.pid!).find((candidate) =>
      readFileSync(`/proc/${candidate}/cmdline`, 'utf8').includes('build/bin/server.js')
    )
    if (!pid) throw new Error('The process of the panel is not there.')
    const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!
    return Number(kib) * 1024
  }

  #own(): Record<string, string> {
    return { PORT: String(this.#port), APP_URL: this.origin, DATA_DIR: this.data }
  }
}

function outerEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !OF_OUTER_NPM.test(name))
  const path = (process.env.PATH ?? '').split(':').filter((part) => !part.includes('node_modules'))
  return { ...Object.fromEntries(entries), PATH: path.join(':') }
}

/** False when the group has no process any more. */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal)
  } catch {
    return false
  }
}

function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean)
  )
  return children.map(Number).flatMap((child) => [child, ...descendants(child)])
}
