import { randomUUID } from 'node:crypto'
import { quote } from '#engine/shell/quote'
import { type Command } from '#engine/shell/command'
import { type Question } from '#engine/shell/question'
import { render } from '#engine/shell/render'
import { RemoteError } from '#engine/ssh/errors'
import { Head } from '#engine/ssh/head'
import { type AskOptions, type Remote } from '#engine/ssh/remote'

export const ASK_TIMEOUT = 10_000
export const ANSWER_BYTES = 64 * 1024

/** What a question gave. */
export interface Answer {
  /** The exit code of its last command. */
  code: number
  /** Its standard output, from the beginning up to the limit. */
  output: string
  /** Whether there was more output than the limit allows. */
  truncated: boolean
}

/** Room for an exit code and its line feed after the word at the end of an answer. */
const CODE_BYTES = 4

/** What stands where the exit code of an answer belongs is none. */
export class BrokenAnswer extends Error {}

/** More questions than this, a shell is not told; there are a handful. */
const MOST_TOLD = 64

/** What a shell is asked with, and was told before. */
export class Wording {
  readonly #functions = new Map<Question, string>()

  /**
   * A question as the resident shell reads it, and the reader of its answer. The answer stands
   * between two words nobody else can know, so that no output is mistaken for its end.
   */
  frame(question: Question, maxBytes: number) {
    const nonce = randomUUID()
    const line = question.saying
      ? `said=; ${this.#call(question, question.saying)} </dev/null; printf 'b${nonce}\\n%s\\ne${nonce}-%s\\n' "$said" "$?"\n`
      : `echo b${nonce}; ${evaluated(render(question.command))} </dev/null; echo e${nonce}-$?\n`
    return { line, reader: new AnswerReader(nonce, maxBytes) }
  }

  /** What is asked again and again is told once, as a function, and then only called. */
  #call(question: Question, saying: Command): string {
    const known = this.#functions.get(question)
    if (known !== undefined) return known
    if (this.#functions.size >= MOST_TOLD) return evaluated(render(saying))
    const name = `muster_${this.#functions.size}`
    this.#functions.set(question, name)
    return `${evaluated(`${name}() {\n${render(saying)}\n}`)}; ${name}`
  }
}

/** `eval` keeps text that is not well-formed from swallowing what follows. */
function evaluated(text: string): string {
  return `eval ${quote(text)}`
}

/** Takes the bytes of a resident shell until one answer is complete. */
export class AnswerReader {
  readonly #begin: Buffer
  readonly #end: Buffer
  readonly #output: Head
  #held: Buffer = Buffer.alloc(0)
  #begun = false

  constructor(nonce: string, maxBytes: number) {
    this.#begin = Buffer.from(`b${nonce}\n`)
    this.#end = Buffer.from(`e${nonce}-`)
    this.#output = new Head(maxBytes)
  }

  /**
   * The answer, when this chunk completes it.
   *
   * @throws BrokenAnswer when it cannot be completed any more
   */
  push(chunk: Buffer): Answer | undefined {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    if (!this.#begun && !this.#begins()) return undefined
    const end = this.#held.indexOf(this.#end)
    if (end < 0) {
      this.#take(Math.max(0, this.#held.length - this.#end.length))
      return undefined
    }
    this.#take(end)
    const tail = this.#held.toString('latin1', this.#end.length, this.#end.length + CODE_BYTES)
    const code = /^(\d{1,3})\n/.exec(tail)
    if (!code) {
      if (tail.length < CODE_BYTES && /^\d*$/.test(tail)) return undefined
      throw new BrokenAnswer('Its answer ended without an exit code.')
    }
    const { output, truncated } = this.#output
    return { code: Number(code[1]), output: output.toString(), truncated }
  }

  #begins(): boolean {
    const begin = this.#held.indexOf(this.#begin)
    this.#begun = begin >= 0
    const cut = this.#begun
      ? begin + this.#begin.length
      : Math.max(0, this.#held.length - this.#begin.length)
    this.#held = this.#held.subarray(cut)
    return this.#begun
  }

  #take(length: number): void {
    this.#output.push(this.#held.subarray(0, length))
    this.#held = this.#held.subarray(length)
  }
}

/**
 * Asks by a command of its own, for remotes and servers without a resident shell.
 *
 * @throws RemoteError as `Remote.ask` does
 */
export async function askByCommand(
  remote: Remote,
  question: Question,
  options: AskOptions
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const head = new Head(options.maxBytes ?? ANSWER_BYTES)
    const { outcome } = await remote.run(question.command, {
      timeout: options.timeout ?? ASK_TIMEOUT,
      onOutput: (chunk, stream) => (stream === 'stdout' ? head.push(chunk) : undefined),
    })
    const { output, truncated } = head
    if (outcome.kind === 'exited') {
      return { code: outcome.code, output: output.toString(), truncated }
    }
    const reason = outcome.kind === 'unknown' ? outcome.reason : `ended by ${outcome.name}`
    if (attempt > 1) throw answerLost(remote.name, reason)
  }
}

export function answerLost(server: string, reason: string): RemoteError {
  return new RemoteError(
    'E_CONNECT',
    `The answer of ${server} was lost twice: ${reason}.`,
    'Ask again: a question changes nothing on the server. Look at journalctl -u ssh there if it goes on.'
  )
}
