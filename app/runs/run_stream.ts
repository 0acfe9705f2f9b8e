import { ChangeWaiter } from '#app/runs/change_waiter'
import { readLog } from '#app/runs/run_log'
import { stepsOf } from '#app/runs/queries/run_page'
import Run from '#app/runs/models/run'
import type { ScopeWatch } from '#app/teams/scope_watch'

/** The most of the log one event carries, in bytes. */
const EVENT_BYTES = 64 * 1024

/**
 * A run as server-sent events, from a byte offset of its log until it ended, the signal fires or
 * the reader may not see it any more.
 * Source: HTML Standard, 9.2 Server-sent events.
 */
export async function* streamRun(
  rights: ScopeWatch,
  runId: string,
  offset: number,
  signal: AbortSignal
): AsyncGenerator<string> {
  let sentSteps = ''
  let sentState = ''
  const waiter = new ChangeWaiter(runId, signal)
  try {
    while (!signal.aborted) {
      const scope = await rights.current()
      const run = scope && (await Run.within(scope).where('id', runId).first())
      if (!run) return
      const state = JSON.stringify(stateOf(run))
      if (run.isOpen && state !== sentState) {
        yield message('state', offset, (sentState = state))
      }
      const steps = JSON.stringify(await stepsOf(run))
      if (steps !== sentSteps) {
        yield message('steps', offset, (sentSteps = steps))
      }
      while (offset < run.logSize && !signal.aborted && !rights.isDue) {
        const slice = await readLog(run, {
          from: offset,
          limit: EVENT_BYTES,
          complete: !run.isOpen,
        })
        if (slice.next === offset) break
        offset = slice.next
        const data = { offset: slice.offset, next: slice.next, text: slice.text }
        yield message('log', offset, JSON.stringify(data))
      }
      if (rights.isDue) continue
      if (!run.isOpen) {
        yield message('state', offset, state)
        yield message('end', offset, '{}')
        return
      }
      await waiter.wait()
    }
  } finally {
    waiter.close()
  }
}

function message(event: string, id: number, data: string) {
  return `event: ${event}\nid: ${id}\ndata: ${data}\n\n`
}

function stateOf(run: Run) {
  return {
    state: run.state,
    label: run.label,
    tone: run.tone,
    startedAt: run.startedAt?.toISO() ?? null,
    finishedAt: run.finishedAt?.toISO() ?? null,
    unreachableSince: run.unreachableSince?.toISO() ?? null,
    exitCode: run.exitCode,
  }
}
