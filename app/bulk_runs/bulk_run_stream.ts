import { setTimeout as sleep } from 'node:timers/promises'
import BulkRun from '#app/bulk_runs/models/bulk_run'
import { liveTargets, type LiveTarget } from '#app/bulk_runs/queries/live_targets'
import { ChangeWaiter } from '#app/runs/change_waiter'
import type { ScopeWatch } from '#app/teams/scope_watch'

/** Many targets may change together: they are told at most this often, in milliseconds. */
const PACE_MS = 250

/**
 * A bulk run as server-sent events until it ended, the signal fires or the reader may not see it
 * any more. The first `progress` has every target, those that follow what changed.
 * Source: HTML Standard, 9.2 Server-sent events.
 */
export async function* streamBulkRun(
  rights: ScopeWatch,
  id: string,
  signal: AbortSignal
): AsyncGenerator<string> {
  const sent = new Map<string, string>()
  let sentState = ''
  const waiter = new ChangeWaiter(id, signal)
  try {
    while (!signal.aborted) {
      const scope = await rights.current()
      const bulkRun = scope && (await BulkRun.within(scope).where('id', id).first())
      if (!bulkRun) return
      const { live, figures } = await liveTargets(scope, bulkRun)
      const targets = changesSince(sent, live)
      const state = JSON.stringify({ ...bulkRun.look, ...figures })
      if (targets.length > 0 || state !== sentState) {
        sentState = state
        yield message('progress', { ...bulkRun.look, figures, targets })
      }
      if (!bulkRun.isOpen) {
        yield message('end', {})
        return
      }
      await sleep(PACE_MS, null, { signal }).catch(() => {})
      await waiter.wait()
    }
  } finally {
    waiter.close()
  }
}

function changesSince(sent: Map<string, string>, live: readonly LiveTarget[]): LiveTarget[] {
  return live.filter((target) => {
    const text = JSON.stringify(target)
    if (sent.get(target.id) === text) return false
    sent.set(target.id, text)
    return true
  })
}

function message(event: string, data: object) {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}
