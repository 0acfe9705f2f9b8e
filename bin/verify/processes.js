import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** How long a process may take to end by itself once asked, in milliseconds. */
const GRACE_MS = 15_000

/**
 * Every process the verification starts. Each is the head of a group of its own, and whole groups
 * are ended: none is left when the verification ends, however it ends.
 */
export class Processes {
  #root
  #running = new Map()
  #stopped = null

  /** The Node that stages run with. */
  node = process.execPath

  /** Whether things end because a person or a supervisor asked. */
  interrupted = false

  constructor({ root }) {
    this.#root = root
    process.on('exit', () => this.#signalAll('SIGKILL'))
  }

  get stopping() {
    return this.#stopped !== null
  }

  /**
   * Starts a program and gives its process.
   *
   * @param {readonly string[]} argv
   * @param {{ env?: Record<string, string> }} options
   */
  start([file, ...args], { env = {} } = {}) {
    const child = spawn(file, args, {
      cwd: this.#root,
      env: { ...process.env, PATH: this.#path(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const ended = new Promise((resolve) => {
      child.once('error', (error) => resolve({ code: null, error }))
      child.once('close', (code) => resolve({ code }))
    }).finally(() => this.#running.delete(child))
    this.#running.set(child, ended)
    return { child, ended }
  }

  /**
   * Runs a program to its end.
   *
   * @param {number} options.timeout milliseconds after which it is stopped
   * @param {(line: string) => void} [options.onLine] hears each line as it comes
   * @returns {Promise<{ code: number | null, output: string, timedOut: boolean }>} `output` is
   *   what it wrote, unless somebody heard it
   */
  async run(argv, { timeout, onLine, ...options }) {
    const { child, ended } = this.start(argv, options)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      if (onLine) createInterface(stream).on('line', onLine)
      else stream.on('data', (chunk) => (output += chunk))
    }
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      void this.stop(child)
    }, timeout)
    const { code, error } = await ended
    clearTimeout(timer)
    if (error) output += `\n${error.message}`
    // What a process leaves behind in its group has no one to wait for it.
    signal(child, 'SIGKILL')
    return { code, output, timedOut }
  }

  /** Asks a process and its group to end, then makes them. */
  async stop(child) {
    const ended = this.#running.get(child)
    if (!ended) return
    signal(child, 'SIGTERM')
    const timer = setTimeout(() => signal(child, 'SIGKILL'), GRACE_MS)
    await ended
    clearTimeout(timer)
    signal(child, 'SIGKILL')
  }

  /** Ends everything; resolves when all is gone. */
  stopAll() {
    this.#stopped ??= Promise.all([...this.#running.keys()].map((child) => this.stop(child)))
    return this.#stopped
  }

  #signalAll(name) {
    for (const child of this.#running.keys()) signal(child, name)
  }

  #path() {
    return `${join(this.#root, 'node_modules/.bin')}:${process.env.PATH}:/usr/sbin:/sbin`
  }
}

function signal(child, name) {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, name)
  } catch (error) {
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error
  }
}
