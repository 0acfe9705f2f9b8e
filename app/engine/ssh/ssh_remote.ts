import { Readable, type Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ClientChannel } from 'ssh2'
import { type Command } from '#engine/shell/command'
import { type Question } from '#engine/shell/question'
import { describe, inBrief } from '#engine/shell/render'
import { ChannelRun } from '#engine/ssh/channel_run'
import { ChannelNotOpened, type Started } from '#engine/ssh/command_channel'
import { type Connection } from '#engine/ssh/connection'
import { Deadline } from '#engine/ssh/deadline'
import { RemoteError } from '#engine/ssh/errors'
import { frame, type Frame } from '#engine/ssh/frame'
import { notBegun } from '#engine/ssh/not_begun'
import { type Answer } from '#engine/ssh/answer'
import { Questions } from '#engine/ssh/questions'
import { type AskOptions, Remote, type RunOptions, type RunResult } from '#engine/ssh/remote'
import { openShell, type RemoteShell, type ShellOptions } from '#engine/ssh/remote_shell'
import { type ServerConnections } from '#engine/ssh/server_connections'

/** A command that certainly did not start is sent again this often at most. */
const STARTS = 20

/** Between two attempts; sshd needs a moment to free the session of a command that has ended. */
const LONGEST_PAUSE = 250

/** A closed channel is confirmed within this, or the connection is not used any more. */
const CLOSE_GRACE = 5_000

/** A server over SSH. Get one from `RemotePool`. */
export class SshRemote extends Remote {
  readonly name: string
  readonly #connections: ServerConnections
  readonly #sudo: boolean
  readonly #questions: Questions

  constructor(connections: ServerConnections) {
    super()
    const { sudo, username } = connections.target
    this.name = connections.name
    this.#connections = connections
    this.#sudo = sudo ?? username !== 'root'
    this.#questions = new Questions(this, connections, { sudo: this.#sudo })
  }

  async run(command: Command, options: RunOptions = {}): Promise<RunResult> {
    const sudo = this.#sudo && !options.asLogin
    const framed = frame(command, { sudo, silent: options.stdin === undefined })
    using deadline = new Deadline(
      `${inBrief(describe(command))} on ${this.name}`,
      options.timeout,
      options.signal
    )
    try {
      return await this.#run(framed, options, sudo, deadline)
    } finally {
      if (options.stdin instanceof Readable) options.stdin.destroy()
    }
  }

  override ask(question: Question, options: AskOptions = {}): Promise<Answer> {
    return this.#questions.ask(question, options)
  }

  forward(host: string, port: number): Promise<Duplex> {
    return this.#connections.forward(host, port)
  }

  async shell(options: ShellOptions): Promise<RemoteShell> {
    const { timeout, signal } = options
    using deadline = new Deadline(`a shell on ${this.name}`, timeout, signal)
    return await openShell(this.#connections, options, deadline)
  }

  async #run(
    framed: Frame,
    options: RunOptions,
    sudo: boolean,
    deadline: Deadline
  ): Promise<RunResult> {
    const startedAt = performance.now()
    const started = await this.#start(framed, deadline)
    if (typeof started === 'string') {
      const outcome = { kind: 'unknown' as const, reason: started }
      return { outcome, stdout: '', stderr: '', durationMs: performance.now() - startedAt }
    }
    const { connection } = started
    const run = new ChannelRun(started, framed.begin, options)
    try {
      const result = await run.finish(deadline.signal, () => connection.loss)
      const { outcome, stdout, stderr, durationMs } = result
      connection.posix ||= result.posix
      if (result.begun || outcome.kind !== 'exited') return { outcome, stdout, stderr, durationMs }
      throw notBegun(
        {
          server: this.name,
          username: this.#connections.target.username,
          sudo,
          begin: framed.begin,
        },
        result
      )
    } catch (error) {
      retireUnlessClosed(connection, started.channel)
      throw error
    }
  }

  /**
   * Sends the command, again and elsewhere as long as it is certain that it did not start. Gives
   * the reason when nobody can tell whether it did.
   */
  async #start(
    { line, direct = line }: Frame,
    deadline: Deadline
  ): Promise<(Started & { connection: Connection }) | string> {
    for (let attempt = 1; ; attempt++) {
      const connection = await this.#connections.reserve(deadline.signal)
      try {
        deadline.started = true
        const sent = connection.posix ? direct : line
        const started = await within(connection.exec(sent), deadline, connection)
        return Object.assign(started, { connection })
      } catch (error) {
        if (!(error instanceof ChannelNotOpened)) throw error
        if (error.started === 'unknown') return error.message
        deadline.started = false
        if (attempt >= STARTS || error.started === 'refused') throw neverStarted(this.name, error)
        await sleep(Math.min(LONGEST_PAUSE, 5 * 2 ** attempt) * Math.random())
      }
    }
  }
}

/** Gives up waiting for a channel at the deadline; should it open later, it is closed at once. */
async function within(
  opening: Promise<Started>,
  deadline: Deadline,
  connection: Connection
): Promise<Started> {
  const { signal } = deadline
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    return await Promise.race([opening, aborted.promise])
  } catch (error) {
    if (signal.aborted) closeWhenOpen(opening, connection)
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function closeWhenOpen(opening: Promise<Started>, connection: Connection): void {
  const timer = setTimeout(() => connection.retire(), CLOSE_GRACE)
  timer.unref()
  opening
    .then(({ channel }) => {
      channel.stderr.resume()
      channel.resume().close()
    })
    .catch(() => {})
    .finally(() => clearTimeout(timer))
}

function retireUnlessClosed(connection: Connection, channel: ClientChannel): void {
  const timer = setTimeout(() => connection.retire(), CLOSE_GRACE)
  timer.unref()
  channel.once('close', () => clearTimeout(timer))
}

function neverStarted(server: string, error: Error): RemoteError {
  return new RemoteError(
    'E_CONNECT',
    `The command was not started on ${server}: ${error.message}.`,
    'sshd refuses sessions: look at MaxSessions and ForceCommand in its sshd_config, and at journalctl -u ssh.',
    { cause: error }
  )
}
