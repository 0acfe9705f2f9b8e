import { stripVTControlCharacters } from 'node:util'
import { differenceOf, type Difference } from '#app/bulk_runs/compare'
import { groupResults, summaryOf, type Group } from '#app/bulk_runs/groups'
import type BulkRun from '#app/bulk_runs/models/bulk_run'
import type BulkRunTarget from '#app/bulk_runs/models/bulk_run_target'
import { outputOf } from '#app/bulk_runs/output'
import Run from '#app/runs/models/run'
import type { TeamScope } from '#app/core/database/tenant_model'

/** How many groups are shown with their output; the others are only counted. */
const SHOWN_GROUPS = 12

/** How much of an output the page carries. */
const SHOWN_LINES = 200
const SHOWN_CHARACTERS = 20_000

/** How long comparing may take in all, in milliseconds: beyond it outputs are shown as they are. */
const BUDGET_MS = 400

/** A group as the page shows it. */
export interface ResultGroup {
  targets: BulkRunTarget[]
  state: BulkRunTarget['look']
  exitCode: number | null
  /** Why it has no exit code, in words. */
  reason: string | null
  /** What the servers of the group said; null when the log was removed. */
  output: string | null
  /** Whether there is more of it in the run's log. */
  isCut: boolean
  /** How it differs from the first group; null for that one, and where there is no saying. */
  difference: Difference | null
}

/**
 * The results of a bulk run, sorted into groups that are the same, each compared with the largest.
 */
export async function resultsOf(
  scope: TeamScope,
  bulkRun: BulkRun,
  targets: readonly BulkRunTarget[]
) {
  const groups = groupResults(targets)
  const shown = groups.slice(0, SHOWN_GROUPS)
  const outputs = await Promise.all(shown.map((group) => firstOutput(scope, bulkRun, group)))
  const until = Date.now() + BUDGET_MS
  const list = shown.map((group, index): ResultGroup => {
    const [first] = group.targets
    const { text, failure } = outputs[index]
    const base = outputs[0].text
    const compares = index > 0 && text !== null && base !== null && Date.now() < until
    return {
      targets: group.targets,
      state: first.look,
      exitCode: first.exitCode,
      reason: first.exitCode === null ? failure : null,
      ...shownPart(text),
      difference: compares && text !== base ? shownDifference(differenceOf(base, text)) : null,
    }
  })
  const rest = groups.slice(SHOWN_GROUPS)
  return { summary: summaryOf(groups), groups: list, rest: rest.length }
}

async function firstOutput(scope: TeamScope, bulkRun: BulkRun, group: Group<BulkRunTarget>) {
  const [target] = group.targets
  const run = await Run.within(scope)
    .where('id', target.runId)
    .select('id', 'logSize', 'logRemovedAt', 'results', 'failure')
    .first()
  if (!run) return { text: null, failure: null }
  const failure = run.failure?.reason ?? null
  const action = bulkRun.readyAction
  if (action && target.state === 'succeeded') {
    return { text: action.compared(run.results), failure }
  }
  return { text: run.logRemovedAt ? null : await outputOf(run), failure }
}

function shownPart(text: string | null): Pick<ResultGroup, 'output' | 'isCut'> {
  if (text === null) return { output: null, isCut: false }
  const plain = plainText(text)
  const lines = plain.slice(0, SHOWN_CHARACTERS).split('\n').slice(0, SHOWN_LINES).join('\n')
  return { output: lines.toWellFormed(), isCut: lines.length < plain.length }
}

/** Compared are the bytes as they came; shown is what people can read of them. */
function shownDifference(difference: Difference | null): Difference | null {
  for (const line of difference?.hunks.flatMap(({ lines }) => lines) ?? []) {
    line.text = plainText(line.text).slice(0, 2000)
  }
  return difference
}

function plainText(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\P{Cc}\n\t]/gu, '')
}
