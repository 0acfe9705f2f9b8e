import { createHmac } from 'node:crypto'

/** The hash before the first row. */
export const NOTHING = '0'.repeat(64)

/** One row of activity as it is stored. */
export interface ChainedRow {
  id: string
  sequence: number
  team_id: string | null
  actor_kind: string
  actor_id: string | null
  actor_name: string | null
  action: string
  subject_type: string | null
  subject_id: string | null
  subject_name: string | null
  details: string
  run_ids: string
  address: string | null
  request_id: string | null
  created_at: number
  previous_hash: string
}

/** Where the chain begins and ends. */
export interface ChainEnds {
  count: number
  hash: string
  prunedCount: number
  prunedHash: string
}

/** The order in which a row's columns go into its hash. It never changes. */
const HASHED: readonly (keyof ChainedRow)[] = [
  ...(['sequence', 'previous_hash', 'id', 'created_at', 'team_id'] as const),
  ...(['actor_kind', 'actor_id', 'actor_name', 'action'] as const),
  ...(['subject_type', 'subject_id', 'subject_name', 'details', 'run_ids'] as const),
  ...(['address', 'request_id'] as const),
]

/**
 * The hash that ties a row to the one before: HMAC-SHA-256 (RFC 2104) of its columns as JSON, so
 * that whoever can write to the database, but has no key, cannot make another row that fits.
 *
 * @returns 64 hexadecimal digits
 */
export function hashOfRow(key: string, row: ChainedRow): string {
  return digest(
    key,
    HASHED.map((column) => row[column])
  )
}

/**
 * The seal of the chain's ends, so that nobody without the key can move them, as one would to hide
 * that the newest or the oldest rows were taken out.
 *
 * @returns 64 hexadecimal digits
 */
export function sealOf(key: string, ends: ChainEnds): string {
  return digest(key, ['head', ends.count, ends.hash, ends.prunedCount, ends.prunedHash])
}

function digest(key: string, values: unknown[]) {
  return createHmac('sha256', key).update(JSON.stringify(values)).digest('hex')
}
