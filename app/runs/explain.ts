import { stripVTControlCharacters } from 'node:util'
import type Run from '#app/runs/models/run'
import type { RunEnd } from '#app/runs/run_handler'
import type { RunFailure } from '#app/runs/states'
import type { EndFacts } from '#app/runs/worker/end_run'

const lostBecause = {
  rebooted: 'The server restarted while the run was under way.',
  crashed: 'The run stopped on the server without leaving an exit code.',
  unreachable: 'The server could not be reached until the run was past its deadline.',
}

/**
 * Puts ends into words that do not depend on what the run was about: no way to the server, a
 * deadline, a cancellation, a loss. Null for a command that failed.
 */
export function explain(run: Run, facts: EndFacts): RunFailure | null {
  const base = { phase: run.title, command: null, exitCode: null, lastLines: [] }
  switch (facts.state) {
    case 'failed':
      if (facts.error) {
        return {
          ...base,
          phase: 'Connect',
          reason: facts.error.message,
          next: facts.error.hint,
        }
      }
      return facts.reason === undefined
        ? null
        : { ...base, phase: 'Start', reason: facts.reason, next: 'Mend this, then start it again.' }
    case 'timed_out':
      return {
        ...base,
        exitCode: facts.exitCode,
        reason: `It took longer than ${durationOf(run.deadlineSeconds)} and was stopped.`,
        next: 'Look in the log at what it was waiting for.',
      }
    case 'cancelled':
      return {
        ...base,
        reason: facts.provenGoneAt
          ? 'Someone cancelled it.'
          : 'Someone cancelled it before it began.',
        next: 'Start it again when you are ready.',
      }
    case 'lost':
      return {
        ...base,
        reason: lostBecause[facts.reason],
        next: 'What it had done until then stands. Look at the server, then start it again.',
      }
    default:
      return null
  }
}

/**
 * Words for a command that failed, when its feature has none of its own.
 */
explain.generally = (run: Run, end: RunEnd): RunFailure => ({
  phase: end.failedStep?.title ?? run.title,
  command: end.failedCommand,
  exitCode: end.exitCode,
  lastLines: lastLinesOf(end.tail),
  reason: `The command ended with exit code ${end.exitCode ?? 'unknown'}.`,
  next: 'Read the last lines above: they are what the command itself said.',
})

function durationOf(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`
  return seconds < 7200
    ? `${Math.round(seconds / 60)} minutes`
    : `${Math.round(seconds / 3600)} hours`
}

/** How long one of the last lines may be, in characters. */
const MOST_OF_A_LINE = 400

/**
 * A failure as it is stored: what a server has said is cut to what its column takes, whatever it
 * is made of.
 */
export function storedFailure(failure: RunFailure): string {
  const lastLines = failure.lastLines.map((line) =>
    line
      .slice(0, MOST_OF_A_LINE)
      .toWellFormed()
      .replace(/\p{Cc}/gu, ' ')
  )
  return JSON.stringify({ ...failure, reason: failure.reason.slice(0, 4000), lastLines })
}

/** The last lines that say something, without escape sequences. */
function lastLinesOf(tail: string): string[] {
  return stripVTControlCharacters(tail)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter(Boolean)
    .slice(-12)
}
