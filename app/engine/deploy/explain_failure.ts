import { stripVTControlCharacters } from 'node:util'
import { PHASES } from '#engine/deploy/failure_phases'
import { REASONS } from '#engine/deploy/failure_reasons'

/** Why a deployment did not go through, in words for a person. */
export interface FailureExplanation {
  /** What was being done. */
  phase: string
  /** The command that failed, as the log shows it. */
  command: string | null
  exitCode: number | null
  lastLines: string[]
  reason: string
  next: string
}

export interface FailedStep {
  /** Name of the step; null when none had begun. */
  step: string | null
  rc: number | null
  /** The end of the log, escape sequences and all. */
  tail: string
}

/**
 * Explains a failed step by its name, exit code and last lines. The lines come from a server: show
 * them as text, never as markup.
 */
export function explainFailure({ step, rc, tail }: FailedStep): FailureExplanation {
  const lines = plainLines(tail)
  const phase = PHASES[step ?? ''] ?? { title: 'Deploy', next: 'Read the last lines of the log.' }
  const text = lines.join('\n')
  const known = REASONS.find(
    (reason) => (reason.step === undefined || reason.step === step) && reason.form.test(text)
  )
  const command = lines.findLast((line) => line.startsWith('$ '))
  return {
    phase: phase.title,
    command: command?.slice(2) ?? null,
    exitCode: rc,
    lastLines: lines.filter((line) => !/^(?:▸|↩) |^Failed with exit code /.test(line)).slice(-20),
    reason: known?.reason ?? ownWords(step, rc, lines) ?? reasonOfCode(rc),
    next: known?.next ?? phase.next,
  }
}

/** The steps end with these codes of sysexits(3) and errno(3) when they have just said why. */
const TOLD = [28, 65, 66, 69, 75, 78, 98]

function ownWords(step: string | null, rc: number | null, lines: string[]): string | undefined {
  if (step === 'build' || rc === null || !TOLD.includes(rc)) return undefined
  const undoing = lines.findIndex((line) => /^↩ |^Failed with exit code /.test(line))
  const told = undoing === -1 ? lines : lines.slice(0, undoing)
  return told.findLast((line) => /^[A-Z/].*\.$/.test(line))
}

function reasonOfCode(rc: number | null): string {
  if (rc === 137) return 'The command was killed, as the system does when memory runs out.'
  if (rc === 127) return 'The command was not found.'
  if (rc === 126) return 'The command cannot be executed.'
  return rc === null ? 'It ended without an exit code.' : `The command ended with exit code ${rc}.`
}

function plainLines(tail: string): string[] {
  return stripVTControlCharacters(tail)
    .split('\n')
    .map((line) =>
      line
        .replace(/^.*\r(?!$)/, '')
        .replace(/[\p{Cc}\p{Cf}]/gu, '')
        .trimEnd()
        .slice(0, 500)
    )
    .filter((line) => line !== '')
}
