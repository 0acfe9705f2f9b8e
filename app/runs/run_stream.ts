import { setTimeout as sleep } from 'node:timers/promises'
import { readLog } from '#app/runs/run_log'
import { runEvents } from '#app/runs/run_events'
import { stepsOf } from '#app/runs/queries/run_page'
import Run from '#app/runs/models/run'
import type { ScopeWatch } from '#app/teams/scope_watch'

/** The most of the log one event carries, in bytes. */
const EVENT_BYTES = 64 * 1024

/** How long nothing may happen before the rows are looked at all the same, in milliseconds. */
const POLL_MS = 1_000

/** What changes without pause is looked at so often at most, in milliseconds, ... */
const APART_MS = 50

/** ... but for the first looks of a while: whoever waits for something short hears of it at once. */
const AHEAD_MS = 20 * APART_MS

/** A comment this often keeps proxies from closing a quiet stream, in milliseconds. */
const KEEP_ALIVE_MS = 15_000

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
  let quietSince = Date.now()
  const waiter = new ChangeWaiter(runId, signal)
  try {
    while (!signal.aborted) {
      const scope = await rights.current()
      const run = scope && (await Run.within(scope).where('id', runId).first())
      if (!run) return
      let sent = false

      const state = JSON.stringify(stateOf(run))
      if (run.isOpen && state !== sentState) {
        yield message('state', offset, (sentState = state))
        sent = true
      }
      const steps = JSON.stringify(await stepsOf(run))
      if (steps !== sentSteps) {
        yield message('steps', offset, (sentSteps = steps))
        sent = true
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
        sent = true
      }
      if (rights.isDue) continue
      if (!run.isOpen) {
        yield message('state', offset, state)
        yield message('end', offset, '{}')
        return
      }
      if (sent) quietSince = Date.now()
      else if (Date.now() - quietSince > KEEP_ALIVE_MS) {
        quietSince = Date.now()
        yield ':\n\n'
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

/**
 * Waits for a run, or a bulk run, to change. A change that comes while the last one is still being sent is kept.
 */
export class ChangeWaiter {
  #changed = true
  #wake: (() => void) | null = null
  readonly #unsubscribe: () => void
  readonly #signal: AbortSignal
  #due = 0

  constructor(runId: string, signal: AbortSignal) {
    this.#signal = signal
    this.#unsubscribe = runEvents.onChange(runId, () => this.#note())
    signal.addEventListener('abort', () => this.#note(), { once: true })
  }

  async wait() {
    if (!this.#changed && !this.#signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#wake = null
    }
    await this.#rest()
    this.#changed = false
  }

  /** Keeps what changes all the time from being all that is done here. */
  async #rest() {
    const now = performance.now()
    this.#due = Math.max(this.#due, now - AHEAD_MS) + APART_MS
    if (this.#due > now && !this.#signal.aborted) await sleep(this.#due - now)
  }

  close() {
    this.#unsubscribe()
  }

  #note() {
    this.#changed = true
    this.#wake?.()
  }
}
