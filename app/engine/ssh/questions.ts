import { sh } from '#engine/shell/command'
import { type Question } from '#engine/shell/question'
import { describe, inBrief } from '#engine/shell/render'
import {
  type Answer,
  ANSWER_BYTES,
  answerLost,
  ASK_TIMEOUT,
  askByCommand,
} from '#engine/ssh/answer'
import { ChannelNotOpened } from '#engine/ssh/command_channel'
import { RemoteError } from '#engine/ssh/errors'
import { type AskOptions, type Remote } from '#engine/ssh/remote'
import { ResidentShell, ShellEnded } from '#engine/ssh/resident_shell'
import { type ServerConnections } from '#engine/ssh/server_connections'

/** A server that has no room for the shell is asked by commands for so many milliseconds. */
const BY_COMMANDS = 10 * 60_000

/** Milliseconds for ending what a question left behind. */
const SWEEP = 5_000

interface Asked {
  question: Question
  maxBytes: number
  /** When it has to be answered, as `performance.now()` counts. */
  until: number
  /** Rejects with E_TIMEOUT then. */
  expiry: PromiseWithResolvers<never>
  expired: boolean
  resolve(answer: Answer | Promise<Answer>): void
}

/**
 * The questions to one server, answered in turn by its resident shell. The shell comes with the
 * first question and goes with its connection; when it dies or hangs, another takes its place.
 * A server that gives it no channel is asked by commands.
 */
export class Questions {
  readonly #remote: Remote
  readonly #connections: ServerConnections
  readonly #sudo: boolean
  readonly #line: Asked[] = []
  #current: Asked | undefined
  #shell: ResidentShell | undefined
  #starting: Promise<ResidentShell | undefined> | undefined
  #byCommandsUntil = 0

  constructor(remote: Remote, connections: ServerConnections, options: { sudo: boolean }) {
    this.#remote = remote
    this.#connections = connections
    this.#sudo = options.sudo
  }

  /** @throws RemoteError as `Remote.ask` does */
  async ask(question: Question, options: AskOptions): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>()
    const { timeout = ASK_TIMEOUT, maxBytes = ANSWER_BYTES } = options
    const expiry = Promise.withResolvers<never>()
    expiry.promise.catch(() => {})
    const until = performance.now() + timeout
    const asked: Asked = { question, maxBytes, until, expiry, expired: false, resolve }
    const timer = setTimeout(() => this.#expire(asked, timeout), timeout)
    this.#line.push(asked)
    this.#next()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
    }
  }

  #next(): void {
    if (this.#current) return
    const asked = this.#line.shift()
    if (!asked) return
    this.#current = asked
    const answer = this.#answer(asked)
    asked.resolve(answer)
    const over = () => {
      this.#current = undefined
      this.#next()
    }
    answer.then(over, over)
  }

  async #answer(asked: Asked): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const shell = this.#shell?.usable ? this.#shell : await this.#open(asked)
      if (!shell) return this.#byCommand(asked)
      try {
        return await shell.ask(asked.question, asked.maxBytes)
      } catch (error) {
        if (asked.expired) return asked.expiry.promise
        if (!(error instanceof ShellEnded)) throw error
        if (attempt > 1) throw answerLost(this.#remote.name, error.message)
      }
    }
  }

  #byCommand({ question, maxBytes, until }: Asked): Promise<Answer> {
    const timeout = Math.max(1, until - performance.now())
    return askByCommand(this.#remote, question, { timeout, maxBytes })
  }

  /** The shell may be started for one question and serve the next, if the first cannot wait. */
  #open(asked: Asked): Promise<ResidentShell | undefined> {
    this.#starting ??= this.#start().finally(() => (this.#starting = undefined))
    return Promise.race([this.#starting, asked.expiry.promise])
  }

  async #start(): Promise<ResidentShell | undefined> {
    this.#shell?.close()
    this.#shell = undefined
    if (performance.now() < this.#byCommandsUntil) return undefined
    const connection = await this.#connections.hold()
    try {
      if (!connection.crowded) {
        return (this.#shell = await ResidentShell.start(connection, { sudo: this.#sudo }))
      }
    } catch (error) {
      if (!(error instanceof ShellEnded || error instanceof ChannelNotOpened)) throw error
    } finally {
      connection.release()
    }
    // A command says why there is no shell, or does without it.
    if (connection.usable) this.#byCommandsUntil = performance.now() + BY_COMMANDS
    return undefined
  }

  #expire(asked: Asked, timeout: number): void {
    asked.expired = true
    const late = lateAnswer(this.#remote.name, asked.question, timeout)
    if (asked !== this.#current) {
      this.#line.splice(this.#line.indexOf(asked), 1)
      return asked.resolve(Promise.reject(late))
    }
    asked.expiry.reject(late)
    if (this.#shell && !this.#starting) this.#end(this.#shell)
  }

  #end(shell: ResidentShell): void {
    shell.close()
    if (shell.processes === 0) return
    const kill = sh`kill -KILL ${shell.processes}`
    this.#remote.run(kill, { timeout: SWEEP }).catch(() => {})
  }
}

function lateAnswer(server: string, question: Question, timeout: number): RemoteError {
  return new RemoteError(
    'E_TIMEOUT',
    `${server} did not answer within ${timeout / 1000} s: ${inBrief(describe(question.command))}`,
    'The server may be overloaded, or a disk or network share of it hangs. What was asked has been ended there.'
  )
}
