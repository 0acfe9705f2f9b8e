import { Readable } from 'node:stream'
import { type ClientChannel } from 'ssh2'
import { Secret } from '#engine/shell/secret'
import { type Started } from '#engine/ssh/command_channel'
import { FrameReader } from '#engine/ssh/frame'
import { freeMemory } from '#engine/ssh/free_memory'
import { type RunOptions, type RunResult } from '#engine/ssh/remote'
import { Tail } from '#engine/ssh/tail'

const TAIL_BYTES = 64 * 1024

/** A result, and whether the command itself ever started. */
export interface ChannelResult extends RunResult {
  begun: boolean
  /** Whether the login shell is one for the direct line of a frame. */
  posix: boolean
  /** What the login shell printed before the command's output. */
  noise: string
}

/**
 * One command in one channel: feeds its input, reads both of its outputs all the time (they share
 * one window: an unread one would stop the other), and tells how it ended.
 */
export class ChannelRun {
  readonly #started: Started
  readonly #channel: ClientChannel
  readonly #frame: FrameReader
  readonly #options: RunOptions
  readonly #stdout = new Tail(TAIL_BYTES)
  readonly #stderr = new Tail(TAIL_BYTES)
  readonly #startedAt = performance.now()
  readonly #settled = Promise.withResolvers<ChannelResult>()
  #deliveries = 0
  /** Of the two streams, those that have not been read to their end. */
  #open = 2
  #failed = false

  constructor(started: Started, begin: string, options: RunOptions) {
    this.#started = started
    this.#channel = started.channel
    this.#frame = new FrameReader(begin)
    this.#options = options
  }

  /**
   * Resolves when both streams have closed and `onOutput` has taken everything.
   *
   * @param signal closes the channel; the promise rejects with its reason at once
   * @param loss why the connection ended, if it did
   * @throws what `onOutput` or the `stdin` stream failed with
   */
  async finish(signal: AbortSignal, loss: () => string): Promise<ChannelResult> {
    const abort = () => this.#fail(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    this.#read()
    // ssh2 closes each of the two when it was read to its end: one may be behind.
    const closed = () => {
      this.#open--
      this.#settle()
    }
    this.#channel.on('close', () => {
      this.#started.outcome ??= { kind: 'unknown', reason: loss() }
      closed()
    })
    this.#channel.stderr.on('close', closed)
    this.#feed(this.#options.stdin)
    try {
      return await this.#settled.promise
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  #read(): void {
    const channel = this.#channel
    channel.on('data', (chunk: Buffer) => {
      const output = this.#frame.push(chunk)
      if (output.length === 0) return
      this.#stdout.push(output)
      this.#deliver(output, 'stdout')
    })
    channel.stderr.on('data', (chunk: Buffer) => {
      this.#stderr.push(chunk)
      this.#deliver(chunk, 'stderr')
    })
  }

  #deliver(chunk: Buffer, stream: 'stdout' | 'stderr'): void {
    if (this.#failed) return
    try {
      const taken = this.#options.onOutput?.(chunk, stream)
      if (!(taken instanceof Promise)) return this.#free(chunk)
      this.#deliveries++
      this.#channel.pause()
      this.#channel.stderr.pause()
      taken.then(
        () => {
          this.#free(chunk)
          this.#delivered()
        },
        (error: unknown) => this.#fail(error)
      )
    } catch (error) {
      this.#fail(error)
    }
  }

  #free(chunk: Buffer): void {
    if (this.#options.freesOutput) freeMemory(chunk)
  }

  #delivered(): void {
    if (--this.#deliveries > 0 || this.#failed) return
    this.#channel.resume()
    this.#channel.stderr.resume()
    this.#settle()
  }

  #settle(): void {
    const { outcome } = this.#started
    if (this.#open > 0 || this.#deliveries > 0 || !outcome) return
    this.#settled.resolve({
      outcome,
      stdout: this.#stdout.toString(),
      stderr: this.#stderr.toString(),
      durationMs: performance.now() - this.#startedAt,
      begun: this.#frame.begun,
      posix: this.#frame.posix,
      noise: this.#frame.noise,
    })
  }

  #fail(reason: unknown): void {
    this.#failed = true
    this.#settled.reject(reason)
    this.#channel.resume()
    this.#channel.stderr.resume()
    this.#channel.close()
  }

  #feed(stdin: RunOptions['stdin']): void {
    if (stdin instanceof Readable) {
      stdin.on('error', (error) => this.#fail(error))
      stdin.pipe(this.#channel)
    } else if (stdin instanceof Secret) {
      this.#channel.end(stdin.reveal())
    } else if (stdin !== undefined) {
      this.#channel.end(stdin)
    }
  }
}
