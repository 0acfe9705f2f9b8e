import { setTimeout as sleep } from 'node:timers/promises'
import Deployment from '#app/deployments/models/deployment'
import { livePlaces } from '#app/deployments/queries/live_places'
import { phaseWords } from '#app/deployments/words'
import { ChangeWaiter } from '#app/runs/change_waiter'
import type { ScopeWatch } from '#app/teams/scope_watch'

/** Many servers may change together: they are told at most this often, in milliseconds. */
const PACE_MS = 250

/**
 * The servers of a deployment with their steps as server-sent events, until it ended, the signal
 * fires or the reader may not see it any more.
 * Source: HTML Standard, 9.2 Server-sent events.
 */
export async function* streamDeployment(
  rights: ScopeWatch,
  id: string,
  signal: AbortSignal
): AsyncGenerator<string> {
  let sent = ''
  const waiter = new ChangeWaiter(id, signal)
  try {
    while (!signal.aborted) {
      const scope = await rights.current()
      const deployment = scope && (await Deployment.within(scope).where('id', id).first())
      if (!deployment) return
      const places = await livePlaces(deployment)
      const progress = JSON.stringify({ words: phaseWords(deployment), places })
      if (progress !== sent) {
        sent = progress
        yield `event: progress\ndata: ${progress}\n\n`
      }
      if (!deployment.isOpen) {
        yield 'event: end\ndata: {}\n\n'
        return
      }
      await sleep(PACE_MS, null, { signal }).catch(() => {})
      await waiter.wait()
    }
  } finally {
    waiter.close()
  }
}
