import { type Readable } from 'node:stream'
import { type Command } from '#engine/shell/command'
import { Redactor } from '#engine/shell/redactor'
import { describe, secretsOf } from '#engine/shell/render'
import { Secret } from '#engine/shell/secret'
import { CommandFailed } from '#engine/ssh/errors'
import { type Outcome, type RunResult } from '#engine/ssh/remote'

const LAST_LINES = 5

/** The error for a command that had to succeed and did not. Output is quoted without the secrets given to it. */
export function commandFailed(
  server: string,
  command: Command,
  result: RunResult,
  stdin?: string | Buffer | Readable | Secret
): CommandFailed {
  const secrets = stdin instanceof Secret ? [...secretsOf(command), stdin] : secretsOf(command)
  const stdout = redact(result.stdout, secrets)
  const stderr = redact(result.stderr, secrets)
  const lines = lastLines(stderr || stdout)
  const reason = `${ending(result.outcome)} on ${server}${lines ? `: ${lines}` : ''}`
  return new CommandFailed(
    describe(command),
    { ...result, stdout, stderr },
    reason,
    nextStep(result.outcome)
  )
}

/** How a command ended, in words. */
export function ending(outcome: Outcome): string {
  if (outcome.kind === 'exited') return `exit code ${outcome.code}`
  if (outcome.kind === 'signalled') return `ended by signal ${outcome.name}`
  return `outcome unknown (${outcome.reason})`
}

function nextStep(outcome: Outcome): string {
  if (outcome.kind === 'unknown') {
    return 'The command may have run to its end or only in part. Look at the server before you run it again.'
  }
  if (outcome.kind === 'signalled') {
    return 'Something on the server ended the command, often a lack of memory: look at journalctl -k.'
  }
  if (outcome.code === 127)
    return 'A program is missing on the server: install it or correct its name.'
  if (outcome.code === 126)
    return 'The file is there but cannot be executed: look at its permissions.'
  return 'Read the last lines of its output above; the same command can be tried on the server by hand.'
}

function redact(text: string, secrets: readonly Secret[]): string {
  if (secrets.length === 0) return text
  const redactor = new Redactor(secrets)
  return Buffer.concat([redactor.push(Buffer.from(text)), redactor.flush()]).toString()
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-LAST_LINES).join('\n').slice(-1000)
}
