import { DateTime } from 'luxon'
import type { ModelQueryBuilderContract } from '@adonisjs/lucid/types/model'
import { causes, type CauseKind } from '#app/deployments/cause'
import type Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import { deploymentStates, type DeploymentState } from '#app/deployments/states'

/** Which deployments someone wants to see. Nothing in it means all. */
export interface DeploymentFilter {
  /** A state, or `open` for those that have not ended. */
  state: DeploymentState | 'open' | null
  cause: CauseKind | null
  /** The id of a person. */
  by: string | null
  /** The branch or tag that was released. */
  branch: string | null
  /** The first and the last day, as YYYY-MM-DD. */
  from: string | null
  to: string | null
  /** Words of the commit, of its subject and author, of the reason or of who caused it. */
  text: string | null
}

const LONGEST_TEXT = 160
const LONGEST_BRANCH = 200

/** More words would keep others waiting. */
const MOST_WORDS = 5

/**
 * The filter in the query of an address. What is not understood is as if it were not there.
 */
export function readFilter(query: Record<string, unknown>): DeploymentFilter {
  const states = ['open', ...deploymentStates] as const
  return {
    state: states.find((state) => state === query.state) ?? null,
    cause: causes.find((cause) => cause === query.cause) ?? null,
    by: /^[0-9A-Z]{26}$/.exec(textOf(query.by))?.[0] ?? null,
    branch: textOf(query.branch).slice(0, LONGEST_BRANCH) || null,
    from: dayOf(query.from),
    to: dayOf(query.to),
    text: textOf(query.text).trim().slice(0, LONGEST_TEXT) || null,
  }
}

/**
 * The filter as the query of an address.
 */
export function queryOf(filter: DeploymentFilter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).filter((entry): entry is [string, string] => Boolean(entry[1]))
  )
}

/**
 * Keeps the deployments that the filter lets through.
 *
 * @param zone where the days of the filter begin and end, an IANA name
 */
export function keepFiltered(
  deployments: ModelQueryBuilderContract<typeof Deployment>,
  { state, cause, by, branch, from, to, text }: DeploymentFilter,
  zone: string
): void {
  const states = state === 'open' ? (['active', 'waiting'] as const) : [state!]
  if (state) deployments.whereIn('deployments.state', [...states])
  if (cause) deployments.where('deployments.cause', cause)
  if (by) deployments.where('deployments.created_by', by)
  if (branch) {
    deployments.whereIn('deployments.release_id', releasesHere().where('releases.branch', branch))
  }
  if (from) deployments.where('deployments.created_at', '>=', startOf(from, zone).toMillis())
  if (to) {
    const end = startOf(to, zone).plus({ days: 1 })
    deployments.where('deployments.created_at', '<', end.toMillis())
  }
  for (const word of text?.split(/\s+/).slice(0, MOST_WORDS) ?? []) keepWord(deployments, word)
}

function keepWord(deployments: ModelQueryBuilderContract<typeof Deployment>, word: string) {
  const escaped = word.replace(/[!%_]/g, '!$&')
  const pattern = `%${escaped}%`
  deployments.where((either) => {
    for (const column of ['title', 'reason', 'caused_by']) {
      either.orWhereRaw("?? like ? escape '!'", [`deployments.${column}`, pattern])
    }
    const releases = releasesHere().where((of) => {
      of.whereRaw("releases.commit_subject like ? escape '!'", [pattern])
      of.orWhereRaw("releases.commit_author like ? escape '!'", [pattern])
      of.orWhereRaw("?? like ? escape '!'", ['releases.commit', `${escaped.toLowerCase()}%`])
    })
    either.orWhereIn('deployments.release_id', releases)
  })
}

/** Ids of the releases of the project whose deployments are looked at. */
function releasesHere() {
  return Release.acrossTeams()
    .select('releases.id')
    .whereColumn('releases.project_id', 'deployments.project_id')
}

function startOf(day: string, zone: string) {
  return DateTime.fromISO(day, { zone }).startOf('day')
}

function dayOf(value: unknown): string | null {
  const text = textOf(value)
  const valid = /^\d{4}-\d\d-\d\d$/.test(text) && DateTime.fromISO(text).isValid
  return valid ? text : null
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
