import { LiteralReader } from '#engine/shell/literal'
import { Secret } from '#engine/shell/secret'

/** What may be put into a `sh` template. */
export type Word = string | number | Secret | Command
export type Value = Word | readonly Word[]

/** Shell text as written in the source, or a value that is quoted when the command is rendered. */
export type Fragment =
  | { kind: 'text'; text: string }
  | { kind: 'word'; value: string | Secret }
  | { kind: 'script'; command: Command }

/**
 * A shell command as a value. It is built by `sh` and the combinators below and becomes text
 * only in `render` and `describe` (`#engine/shell/render`).
 */
export class Command {
  readonly fragments: readonly Fragment[]
  /** Whether it is more than one simple command and so needs braces when joined with others. */
  readonly compound: boolean

  constructor(fragments: readonly Fragment[], compound = false) {
    this.fragments = fragments
    this.compound = compound
  }
}

/**
 * Builds a command for a POSIX shell: sh`mkdir -p -- ${directory}`.
 *
 * Every value becomes exactly one word, whatever it holds; an array becomes its words with spaces
 * between them (none for an empty array); a `Command` is inserted as it is. Escapes in the
 * template are JavaScript's: write `\\n` for a backslash and an n.
 *
 * @throws TypeError for text that is no template, for values of other types, and for templates
 * that put a value inside quotes, comments or here-documents.
 */
export function sh(template: TemplateStringsArray, ...values: readonly Value[]): Command {
  if (!Object.isFrozen(template) || !Object.isFrozen(template.raw)) {
    throw new TypeError('sh is a template tag: its text stands in the source.')
  }
  const reader = new LiteralReader()
  const fragments: Fragment[] = []
  let compound = false
  template.forEach((text: string | undefined, index) => {
    if (text === undefined) throw new TypeError('The template has an invalid escape.')
    reader.read(text)
    if (text !== '') fragments.push({ kind: 'text', text })
    if (index >= values.length) return
    reader.place()
    const value = values[index]
    if (value instanceof Command && value.compound) compound = true
    fragments.push(...fragmentsOf(value, index))
  })
  reader.end()
  return new Command(fragments, compound || reader.compound)
}

/** The command as one quoted word, for `sh -c`, `bash -c` and the like. */
export function script(command: Command): Command {
  return new Command([{ kind: 'script', command }])
}

/** Runs each command if the one before it succeeded: `a && b`. */
export function all(...commands: readonly Command[]): Command {
  return join(commands.map(group), ' && ')
}

/** Runs each command whatever the one before it gave: one per line. */
export function sequence(...commands: readonly Command[]): Command {
  return join(commands, '\n')
}

/** Feeds each command's output to the next: `a | b`. */
export function pipe(...commands: readonly Command[]): Command {
  return join(commands.map(group), ' | ')
}

/** Runs the command in a shell of its own, so that `cd` and variables end with it. */
export function subshell(command: Command): Command {
  return new Command([literal('('), ...command.fragments, literal('\n)')])
}

/** Runs the command with all its output thrown away. */
export function quiet(command: Command): Command {
  return new Command([...group(command).fragments, literal(' >/dev/null 2>&1')])
}

function group(command: Command): Command {
  if (!command.compound) return command
  return new Command([literal('{ '), ...command.fragments, literal('\n}')])
}

function join(commands: readonly Command[], separator: string): Command {
  if (commands.length === 0) throw new TypeError('There is no command to join.')
  if (commands.length === 1) return commands[0]
  const fragments = commands.flatMap((command, index) =>
    index === 0 ? command.fragments : [literal(separator), ...command.fragments]
  )
  return new Command(fragments, true)
}

function literal(text: string): Fragment {
  return { kind: 'text', text }
}

function fragmentsOf(value: Value, index: number): readonly Fragment[] {
  if (!Array.isArray(value)) return wordOf(value as Word, index)
  return value.flatMap((item: Word, position) =>
    position === 0 ? wordOf(item, index) : [literal(' '), ...wordOf(item, index)]
  )
}

function wordOf(value: Word, index: number): readonly Fragment[] {
  if (value instanceof Command) return value.fragments
  if (value instanceof Secret || typeof value === 'string') return [{ kind: 'word', value }]
  if (typeof value === 'number' && Number.isFinite(value)) {
    return [{ kind: 'word', value: String(value) }]
  }
  const type = value === null ? 'null' : typeof value
  throw new TypeError(
    `Value ${index + 1} of the command is ${type === 'number' ? 'not finite' : `of type ${type}`}; ` +
      'a command takes strings, numbers, secrets, commands and arrays of them.'
  )
}
