import type { Interpreter } from '#engine/scripts/user_script'
import { seal, unseal } from '#app/core/database/columns'
import type { ReadyActionName } from '#app/bulk_runs/ready_actions'

/** What the work of a bulk run is encrypted for. */
export const BULK_RUN_WORK = 'bulk run work'

/** What the secret parameters of a bulk run are encrypted for. */
export const BULK_RUN_SECRETS = 'bulk run secrets'

/** What runs on each server, as it was when someone asked for it. */
export type Work =
  | { kind: 'text'; text: string; interpreter: Interpreter; values: Record<string, string> }
  | { kind: 'action'; action: ReadyActionName; values: Record<string, string> }

export const sealWork = (work: Work) => seal(work, BULK_RUN_WORK)

export const openWork = (sealed: string) => unseal<Work>(sealed, BULK_RUN_WORK)

/** Null when there are none, or the bulk run has ended. */
export function sealSecrets(secrets: Record<string, string>): string | null {
  return Object.keys(secrets).length === 0 ? null : seal(secrets, BULK_RUN_SECRETS)
}

export function openSecrets(sealed: string | null): Record<string, string> {
  return sealed === null ? {} : unseal<Record<string, string>>(sealed, BULK_RUN_SECRETS)
}
