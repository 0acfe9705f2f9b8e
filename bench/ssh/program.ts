import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { CpuGroup } from './cpu_group.js'
import type { Answer, Methods, Question } from './programs/serve.js'

type Result<M extends Methods, N extends keyof M> = Awaited<ReturnType<M[N]>>

/** A program of this benchmark that goes on running and does what it is asked. */
export class Program<M extends Methods> {
  readonly #child: ChildProcess
  readonly #open = new Map<number, PromiseWithResolvers<unknown>>()
  #count = 0

  constructor(child: ChildProcess) {
    this.#child = child
    child.on('message', (answer: Answer) => {
      const asked = this.#open.get(answer.id)
      this.#open.delete(answer.id)
      if ('error' in answer) asked?.reject(new Error(answer.error))
      else asked?.resolve(answer.result)
    })
    child.once('exit', (code) => {
      const gone = new Error(`The program ended with ${code ?? 'a signal'}.`)
      for (const asked of this.#open.values()) asked.reject(gone)
    })
  }

  /** Starts a compiled program on the account of a group. */
  static start<M extends Methods>(group: CpuGroup, path: string, words: readonly string[]) {
    const argv = [process.execPath, '--expose-gc', path, ...words]
    return new Program<M>(group.start(argv, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }))
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** Has something done and gives what came of it. */
  async ask<N extends keyof M & string>(
    method: N,
    ...[argument]: Parameters<M[N]>
  ): Promise<Result<M, N>> {
    const asked = Promise.withResolvers<unknown>()
    const question: Question = { id: ++this.#count, method, argument }
    this.#open.set(question.id, asked)
    this.#child.send(question)
    return (await asked.promise) as Result<M, N>
  }

  /** Ends it. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    if (this.#child.connected) this.#child.disconnect()
    await ended
  }
}
