import { Duplex } from 'node:stream'
import { type Outcome } from '#engine/ssh/remote'
import { type RemoteShell, type ShellOptions, type TerminalSize } from '#engine/ssh/remote_shell'

const CHUNK = Buffer.from('y\r\n'.repeat(4096))

/**
 * A shell that knows a few lines: `echo`, in which `$(stty size)` and `$TERM` stand for what they
 * are, `yes`, which never ends, `exit` with a code, `kill -KILL $$`, and `cat`, which takes no
 * more input. Everything else is printed as it was typed. Tests may `print` and `lose` it.
 */
export class FakeShell implements RemoteShell {
  readonly stream: Duplex
  readonly ended: Promise<Outcome>
  /** All sizes it was given, the first one included. */
  readonly sizes: TerminalSize[]
  /** Everything that was typed. */
  typed = ''
  isClosed = false
  readonly #term: string
  readonly #settle: (outcome: Outcome) => void
  #line = ''
  #floods = false
  #hangs = false

  constructor({ columns, rows, term = 'xterm-256color' }: ShellOptions) {
    this.sizes = [{ columns, rows }]
    this.#term = term
    const ended = Promise.withResolvers<Outcome>()
    this.ended = ended.promise
    this.#settle = ended.resolve
    this.stream = new Duplex({
      read: () => this.#flood(),
      write: (chunk: Buffer, _, taken) => {
        this.#type(String(chunk))
        if (!this.#hangs) taken()
      },
    })
    this.print('$ ')
  }

  resize(size: TerminalSize): void {
    this.sizes.push(size)
  }

  close(): void {
    this.isClosed = true
    this.lose('it was hung up')
  }

  /** Shows something on the terminal. */
  print(output: string | Buffer): void {
    this.stream.push(Buffer.from(output))
  }

  /** Loses the link to it. */
  lose(reason: string): void {
    this.#floods = false
    this.#settle({ kind: 'unknown', reason })
    if (!this.stream.readableEnded) this.stream.push(null)
  }

  #type(text: string): void {
    this.typed += text
    for (const character of text) {
      if (character !== '\r' && character !== '\n') this.#line += character
      else this.#run(this.#line)
    }
  }

  #run(line: string): void {
    this.#line = ''
    const [word, ...rest] = line.split(' ')
    const argument = rest.join(' ')
    if (line === 'kill -KILL $$') return this.#end({ kind: 'signalled', name: 'KILL' })
    if (word === 'exit') return this.#end({ kind: 'exited', code: Number(argument || 0) })
    if (line === 'cat') this.#hangs = true
    if (line === 'yes') {
      this.#floods = true
      return this.#flood()
    }
    this.print(`${line}\r\n${word === 'echo' ? `${this.#expanded(argument)}\r\n` : ''}$ `)
  }

  #expanded(text: string): string {
    const { columns, rows } = this.sizes.at(-1)!
    return text.replace('$(stty size)', `${rows} ${columns}`).replace('$TERM', this.#term)
  }

  /** One piece at a time: whoever reads asks for the next. */
  #flood(): void {
    setImmediate(() => {
      if (this.#floods) this.stream.push(CHUNK)
    })
  }

  #end(outcome: Outcome): void {
    this.stream.once('end', () => this.#settle(outcome))
    this.stream.push(null)
  }
}
