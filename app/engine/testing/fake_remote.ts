import { Readable, type Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { sh, type Command } from '#engine/shell/command'
import { describe, render } from '#engine/shell/render'
import { Secret } from '#engine/shell/secret'
import { commandFailed } from '#engine/ssh/command_failure'
import { Deadline } from '#engine/ssh/deadline'
import { RemoteError } from '#engine/ssh/errors'
import { frame } from '#engine/ssh/frame'
import { type Outcome, type RunOptions, type RunResult } from '#engine/ssh/remote'
import { Remote, type WriteFileOptions } from '#engine/ssh/remote'
import { assertAbsoluteFile, modeOf, ownerOf, tooLarge } from '#engine/ssh/remote_file'
import { type RemoteShell, type ShellOptions } from '#engine/ssh/remote_shell'
import { Tail } from '#engine/ssh/tail'
import { FakeShell } from '#engine/testing/fake_shell'

const TAIL_BYTES = 64 * 1024

/** What a command is answered with; exit code 0 and no output unless said otherwise. */
export interface Reply {
  stdout?: string | Buffer
  stderr?: string | Buffer
  code?: number
  /** Ended by this signal, for example `SIGKILL`. */
  signal?: string
  /** The link was lost, for this reason. */
  lost?: string
  /** `run` rejects with it. */
  error?: Error
  /** Milliseconds before the answer; `Infinity` for a command that never ends. */
  delay?: number
}

/** A command as the fake got it. */
export interface RecordedCommand {
  /** What a server would have got, secrets included. */
  rendered: string
  /** With secrets redacted. */
  described: string
  stdin: Buffer
  asLogin: boolean
}

export interface FakeFile {
  content: Buffer
  mode: number
  owner: string
}

type Answer = Reply | ((command: RecordedCommand) => Reply | Promise<Reply>)

/**
 * A server that answers by script, for unit tests. Held to the same contract as a real one
 * (`#engine/testing/remote_contract`). A command without a scripted answer is an error.
 */
export class FakeRemote extends Remote {
  readonly name: string
  /** All commands that were run, in order. */
  readonly commands: RecordedCommand[] = []
  /** The server's files by their absolute path; tests may put some there. */
  readonly files = new Map<string, FakeFile>()
  /** Streams for `forward` by `host:port`; others are refused. */
  readonly services = new Map<string, () => Duplex>()
  /** All shells that were opened, in order. */
  readonly shells: FakeShell[] = []
  /** `shell` rejects with it. */
  shellError: Error | undefined
  readonly #script: { match: string | RegExp; answers: Answer[] }[] = []

  constructor(name = 'fake') {
    super()
    this.name = name
  }

  /** The commands that were run, as text for people. */
  get described(): string[] {
    return this.commands.map((command) => command.described)
  }

  /**
   * Scripts the answers to a command: the one that is this command, has this text, or matches this
   * expression in its described form. Several answers are given in turn, the last one for ever.
   * What is scripted later wins.
   */
  on(match: Command | string | RegExp, ...answers: readonly Answer[]): this {
    const text = typeof match === 'string' || match instanceof RegExp ? match : describe(match)
    this.#script.unshift({ match: text, answers: answers.length > 0 ? [...answers] : [{}] })
    return this
  }

  async run(command: Command, options: RunOptions = {}): Promise<RunResult> {
    frame(command, { sudo: false })
    const described = describe(command)
    using deadline = new Deadline(`${described} on ${this.name}`, options.timeout, options.signal)
    const limit = rejection(deadline.signal)
    try {
      return await Promise.race([limit, this.#answer(command, options, deadline)])
    } finally {
      if (options.stdin instanceof Readable) options.stdin.destroy()
    }
  }

  override async writeFile(
    path: string,
    content: string | Buffer | Secret,
    options: WriteFileOptions
  ): Promise<void> {
    assertAbsoluteFile(path)
    modeOf(options.mode)
    const owner = options.owner === undefined ? 'root' : ownerOf(options.owner)
    this.files.set(path, { content: bytesOf(content), mode: options.mode, owner })
  }

  override async readFile(path: string, options: { maxBytes?: number } = {}): Promise<Buffer> {
    assertAbsoluteFile(path)
    const file = this.files.get(path)
    if (!file) {
      const outcome: Outcome = { kind: 'exited', code: 2 }
      const stderr = `cannot open ${path}: No such file`
      throw commandFailed(this.name, sh`read ${path}`, result(outcome, '', stderr, 0))
    }
    const maxBytes = options.maxBytes ?? 1024 * 1024
    if (file.content.length > maxBytes) throw tooLarge(this, path, maxBytes)
    return Buffer.from(file.content)
  }

  async forward(host: string, port: number): Promise<Duplex> {
    const service = this.services.get(`${host}:${port}`)
    if (service) return service()
    const message = `${this.name} cannot connect to ${host}:${port}: Connection refused.`
    throw new RemoteError('E_CONNECT', message, 'Check that the service runs on the server.')
  }

  async shell(options: ShellOptions): Promise<RemoteShell> {
    using deadline = new Deadline(`a shell on ${this.name}`, options.timeout, options.signal)
    deadline.signal.throwIfAborted()
    if (this.shellError) throw this.shellError
    const shell = new FakeShell(options)
    this.shells.push(shell)
    return shell
  }

  async #answer(command: Command, options: RunOptions, deadline: Deadline): Promise<RunResult> {
    if (deadline.signal.aborted) throw deadline.signal.reason
    deadline.started = true
    const startedAt = performance.now()
    const recorded: RecordedCommand = {
      rendered: render(command),
      described: describe(command),
      stdin: await read(options.stdin),
      asLogin: options.asLogin ?? false,
    }
    this.commands.push(recorded)
    const reply = await this.#replyTo(recorded)
    await pause(reply.delay ?? 0, deadline.signal)
    if (reply.error) throw reply.error
    const stdout = await this.#say(reply.stdout, 'stdout', options, deadline.signal)
    const stderr = await this.#say(reply.stderr, 'stderr', options, deadline.signal)
    return result(outcomeOf(reply), stdout, stderr, performance.now() - startedAt)
  }

  async #replyTo(recorded: RecordedCommand): Promise<Reply> {
    const { described } = recorded
    const entry = this.#script.find(({ match }) =>
      typeof match === 'string' ? match === described : match.test(described)
    )
    if (!entry) throw new Error(`No answer is scripted for the command: ${described}`)
    const answer = entry.answers.length > 1 ? entry.answers.shift()! : entry.answers[0]
    return typeof answer === 'function' ? answer(recorded) : answer
  }

  async #say(
    output: string | Buffer | undefined,
    stream: 'stdout' | 'stderr',
    options: RunOptions,
    signal: AbortSignal
  ): Promise<string> {
    const bytes = Buffer.from(output ?? '')
    const tail = new Tail(TAIL_BYTES)
    for (let start = 0; start < bytes.length && !signal.aborted; start += 32 * 1024) {
      const chunk = bytes.subarray(start, start + 32 * 1024)
      tail.push(chunk)
      const given = options.freesOutput ? Buffer.from(chunk) : chunk
      await options.onOutput?.(given, stream)
      if (options.freesOutput) given.fill(0)
    }
    return tail.toString()
  }
}

function outcomeOf(reply: Reply): Outcome {
  if (reply.lost !== undefined) return { kind: 'unknown', reason: reply.lost }
  if (reply.signal !== undefined) return { kind: 'signalled', name: reply.signal }
  return { kind: 'exited', code: reply.code ?? 0 }
}

function result(outcome: Outcome, stdout: string, stderr: string, durationMs: number): RunResult {
  return { outcome, stdout, stderr, durationMs }
}

function bytesOf(content: string | Buffer | Secret): Buffer {
  return Buffer.from(content instanceof Secret ? content.reveal() : content)
}

async function read(stdin: RunOptions['stdin']): Promise<Buffer> {
  if (!(stdin instanceof Readable)) return bytesOf(stdin ?? '')
  const chunks: (string | Buffer)[] = await stdin.toArray()
  return Buffer.concat(chunks.map(bytesOf))
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds === 0) return
  if (Number.isFinite(milliseconds)) await sleep(milliseconds, undefined, { signal })
  else await rejection(signal)
}

function rejection(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => {})
  if (signal.aborted) reject(signal.reason)
  else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  return promise
}
