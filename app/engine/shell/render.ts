import { type Command } from '#engine/shell/command'
import { quote } from '#engine/shell/quote'
import { REDACTED, Secret } from '#engine/shell/secret'

const LONGEST_BRIEF = 120

/**
 * The command as the shell gets it, secrets included. For `engine/ssh` and for text that goes to
 * a server by stdin; never for logs, rows or pages.
 *
 * @throws TypeError when a value has a NUL character or a lone surrogate.
 */
export function render(command: Command): string {
  return write(command, (secret) => quote(secret.reveal()))
}

/** The command as people may see it, with `[redacted]` in the place of each secret. */
export function describe(command: Command): string {
  return write(command, () => REDACTED)
}

/** What `describe` gives on one line of at most 120 characters, for messages. */
export function inBrief(description: string): string {
  const line = description.trim().replace(/\s+/g, ' ')
  return line.length > LONGEST_BRIEF ? `${line.slice(0, LONGEST_BRIEF - 1)}…` : line
}

/** The secrets inside the command. */
export function secretsOf(command: Command): Secret[] {
  return command.fragments.flatMap((fragment) => {
    if (fragment.kind === 'script') return secretsOf(fragment.command)
    return fragment.kind === 'word' && fragment.value instanceof Secret ? [fragment.value] : []
  })
}

function write(command: Command, secret: (value: Secret) => string): string {
  let result = ''
  for (const fragment of command.fragments) {
    if (fragment.kind === 'text') result += fragment.text
    else if (fragment.kind === 'script') result += quote(write(fragment.command, secret))
    else if (fragment.value instanceof Secret) result += secret(fragment.value)
    else result += quote(fragment.value)
  }
  return result
}
