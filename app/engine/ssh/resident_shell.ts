import { type ClientChannel } from 'ssh2'
import { sh } from '#engine/shell/command'
import { type Question } from '#engine/shell/question'
import { type Answer, type AnswerReader, BrokenAnswer, Wording } from '#engine/ssh/answer'
import { type Connection } from '#engine/ssh/connection'
import { FrameReader, frame } from '#engine/ssh/frame'

/** Milliseconds from the channel to the shell's first word. */
const START_TIMEOUT = 10_000

/** A closed channel is confirmed within this, or the connection is not used any more. */
const CLOSE_GRACE = 5_000

/** A shell that says more than this, in bytes, before its first line ends is not used. */
const MOST_WORDS = 4096

/** Says who it is by builtins alone, then gives its place to a shell that reads its standard input. */
const START = sh`read -r stat </proc/$$/stat; set -- $\{stat##*)}; echo "$$ $3 $4"; exec 2>/dev/null; exec /bin/sh`

const INTRODUCTION = /^(\d{1,10}) (\d{1,10}) (\d{1,10})$/

/** The shell is gone, and with it the answer it owed. */
export class ShellEnded extends Error {}

interface Asked {
  reader: AnswerReader
  resolve(answer: Answer): void
  reject(error: Error): void
}

/** One `sh` in one channel that answers questions, one at a time. */
export class ResidentShell {
  readonly #channel: ClientChannel
  readonly #connection: Connection
  readonly #prelude: FrameReader
  readonly #wording = new Wording()
  readonly #ready = Promise.withResolvers<void>()
  #words = ''
  #introduced = false
  #processes = 0
  #asked: Asked | undefined
  #ended = false

  /**
   * @throws ChannelNotOpened, and ShellEnded when no shell came up in the channel
   */
  static async start(connection: Connection, options: { sudo: boolean }): Promise<ResidentShell> {
    const { line, begin } = frame(START, options)
    const { channel } = await connection.startResident(line)
    const shell = new ResidentShell(channel, connection, begin)
    const timer = setTimeout(() => shell.close(), START_TIMEOUT)
    try {
      await shell.#ready.promise
      return shell
    } finally {
      clearTimeout(timer)
    }
  }

  private constructor(channel: ClientChannel, connection: Connection, begin: string) {
    this.#channel = channel
    this.#connection = connection
    this.#prelude = new FrameReader(begin)
    channel.stderr.resume()
    channel.on('data', (chunk: Buffer) => this.#heard(chunk))
    channel.once('close', () => this.#end(connection.ended ? connection.loss : 'its shell ended'))
  }

  /** Whether it takes a question. */
  get usable(): boolean {
    return !this.#ended && this.#connection.usable
  }

  /** What kill(1) takes to end the shell with everything it runs; 0 when that is not known. */
  get processes(): number {
    return this.#processes
  }

  /**
   * @throws ShellEnded
   */
  async ask(question: Question, maxBytes: number): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const { line, reader } = this.#wording.frame(question, maxBytes)
    this.#asked = { reader, resolve, reject }
    this.#connection.hold()
    this.#channel.write(line)
    try {
      return await promise
    } finally {
      this.#connection.release()
    }
  }

  /** Closes the channel: the shell ends as soon as what it runs has ended. */
  close(): void {
    const timer = setTimeout(() => this.#connection.retire(), CLOSE_GRACE).unref()
    this.#channel.once('close', () => clearTimeout(timer)).close()
    this.#end('its shell was closed')
  }

  #heard(chunk: Buffer): void {
    if (this.#ended) return
    const output = this.#introduced ? chunk : this.#introduce(chunk)
    const answer = this.#answer(output)
    if (!answer) return
    const { resolve } = this.#asked!
    this.#asked = undefined
    resolve(answer)
  }

  #answer(output: Buffer): Answer | undefined {
    try {
      return this.#asked?.reader.push(output)
    } catch (error) {
      if (!(error instanceof BrokenAnswer)) throw error
      this.close()
    }
  }

  /** Reads up to the shell's first line and gives what follows it. */
  #introduce(chunk: Buffer): Buffer {
    this.#words += this.#prelude.push(chunk).toString('latin1')
    const end = this.#words.indexOf('\n')
    if (end < 0) {
      if (this.#words.length > MOST_WORDS) this.close()
      return Buffer.alloc(0)
    }
    const [, pid, group, session] = (INTRODUCTION.exec(this.#words.slice(0, end)) ?? []).map(Number)
    // A group that is led by neither the shell nor its session may hold other people's processes.
    this.#processes = group === pid || group === session ? -group : (pid ?? 0)
    this.#introduced = true
    this.#connection.posix ||= this.#prelude.posix
    this.#ready.resolve()
    return Buffer.from(this.#words.slice(end + 1), 'latin1')
  }

  #end(reason: string): void {
    if (this.#ended) return
    this.#ended = true
    const error = new ShellEnded(reason)
    this.#ready.reject(error)
    this.#asked?.reject(error)
    this.#asked = undefined
  }
}
