import { randomUUID } from 'node:crypto'
import { type Command } from '#engine/shell/command'
import { isExec } from '#engine/shell/is_exec'
import { quote } from '#engine/shell/quote'
import { render } from '#engine/shell/render'

/** Linux takes no longer single argument (MAX_ARG_STRLEN, execve(2)), and sshd passes one. */
const MAXIMUM_BYTES = 128 * 1024 - 1

/**
 * Login shells that run a POSIX line as `/bin/sh` does. `zsh` is none: it reads `~/.zshenv` first,
 * and an alias there may stand for any bare word.
 */
const POSIX_SHELL = /\/(?:ba|da|a)?sh $/

/** What `POSIX_SHELL` looks at, at most. */
const SHELL_BYTES = 6

/** Means something to `csh` in single quotes, too. */
const SPECIAL_TO_CSH = /[\n\r!]/

/** Of what a login shell prints on its own, this much is kept for error messages. */
const MAXIMUM_NOISE = 4096

/**
 * What is sent for a command, and the word its output begins with. Whatever the login shell and
 * its start files print comes before that word and is no output; when the word never comes, the
 * command did not start.
 */
export interface Frame {
  line: string
  /** The same with one shell less, for a login shell that is known to be POSIX, where that will do. */
  direct?: string
  begin: string
}

/**
 * Wraps a command so that `/bin/sh` runs it, whatever the login shell is, with `LC_ALL=C` and,
 * where asked, as root by `sudo -n`. Without sudo the login shell's name comes right before the
 * word that the output begins with.
 *
 * @param options.silent nothing is sent to it: it reads nothing, and no end has to be sent either
 * @throws TypeError when the command is too long to be sent; large data belongs into stdin.
 */
export function frame(command: Command, options: { sudo: boolean; silent?: boolean }): Frame {
  const begin = `begin-${randomUUID()}`
  const first = options.sudo ? begin : `"$SHELL" ${begin}`
  const inner = `export LC_ALL=C; echo ${first}; ${render(command)}`
  const outer = options.sudo
    ? `export LC_ALL=C; exec sudo -n -H -- /bin/sh -c ${quote(inner)}`
    : inner
  const input = options.silent ? ' </dev/null' : ''
  const line = `exec /bin/sh -c ${wordForAnyShell(outer)}${input}`
  const length = Buffer.byteLength(line)
  if (length > MAXIMUM_BYTES) {
    throw new TypeError(
      `The command takes ${length} bytes quoted and a server accepts ${MAXIMUM_BYTES}: send its data by stdin.`
    )
  }
  if (options.sudo || SPECIAL_TO_CSH.test(inner) || !isExec(command)) return { line, begin }
  return { line, direct: inner + input, begin }
}

/**
 * A script as one word of the login shell. `csh` ends a quoted word at a line feed, runs what
 * follows as a command, and expands `!` in quotes; a script with these goes through `printf`,
 * all characters that mean something written as octal escapes.
 */
function wordForAnyShell(script: string): string {
  if (!SPECIAL_TO_CSH.test(script)) return quote(script)
  const escaped = script.replace(
    /[\n\r!\\'"$`]/g,
    (character) => `\\0${character.charCodeAt(0).toString(8).padStart(3, '0')}`
  )
  return `'eval "$(printf %b "${escaped}")"'`
}

/** Takes a stream's bytes and lets through what follows the line with the word it waits for. */
export class FrameReader {
  readonly #mark: Buffer
  #held: Buffer = Buffer.alloc(0)
  #noise = ''
  #begun = false
  #posix = false

  constructor(begin: string) {
    this.#mark = Buffer.from(`${begin}\n`)
  }

  /** Whether the command started. */
  get begun(): boolean {
    return this.#begun
  }

  /** Whether the login shell has said that it is one for the direct line of a frame. */
  get posix(): boolean {
    return this.#posix
  }

  /** The first 4 KiB of what came before the command's own output. */
  get noise(): string {
    return (this.#noise + this.#held.toString()).slice(0, MAXIMUM_NOISE)
  }

  /** The command's own output in this chunk. */
  push(chunk: Buffer): Buffer {
    if (this.#begun) return chunk
    const text = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    const index = text.indexOf(this.#mark)
    if (index >= 0) {
      this.#begun = true
      const before = text.subarray(Math.max(0, index - SHELL_BYTES), index)
      this.#posix = POSIX_SHELL.test(before.toString('latin1'))
      this.#keep(text.subarray(0, index))
      this.#held = Buffer.alloc(0)
      return text.subarray(index + this.#mark.length)
    }
    const cut = Math.max(0, text.length - this.#mark.length + 1 - SHELL_BYTES)
    this.#keep(text.subarray(0, cut))
    this.#held = text.subarray(cut)
    return Buffer.alloc(0)
  }

  #keep(noise: Buffer): void {
    if (this.#noise.length < MAXIMUM_NOISE) this.#noise += noise.toString()
  }
}
