import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Span } from './stored_steps.js'

/** What is asked of the load generator. */
export interface LoadPlan {
  url: string
  /** Sent with each request, such as `cookie`. */
  headers?: Record<string, string>
  /**
   * `steady`: a number of requests, so many at a time, the next when one is answered.
   * `paced`: so many requests a second whatever becomes of them, until told to stop.
   */
  pace:
    | { kind: 'steady'; requests: number; concurrency: number }
    | { kind: 'paced'; perSecond: number; mostSeconds: number }
  /** Whether connections are used again; otherwise every request opens one. */
  keepAlive: boolean
}

/** What came of it. */
export interface LoadResult {
  /** Milliseconds of each request that was answered 200, in order of their ends. */
  latencies: number[]
  /** When each of them was answered, in milliseconds since the epoch. */
  answeredAt: number[]
  /** Why requests failed, and how many for each reason. */
  failures: Record<string, number>
  /** Requests sent again, once, because a kept connection was closed under them (RFC 9110, 9.2.2). */
  retried: number
  /** From the first request to the last answer. */
  seconds: number
}

/** A load that is going on, in a process of its own. */
export interface RunningLoad {
  /** Tells it to stop and gives what came of it; a steady load ends by itself. */
  finish(): Promise<LoadResult>
  /** Ends it at once, without a result. */
  kill(): void
}

/** Starts a load. Its process does nothing else, so that it measures the other side. */
export function startLoad(plan: LoadPlan): RunningLoad {
  const child = fork(join(import.meta.dirname, 'load_process.ts'), [JSON.stringify(plan)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const result = new Promise<LoadResult>((resolve, reject) => {
    child.once('message', (message) => resolve(message as LoadResult))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`The load generator ended with ${code}.`)))
  })
  result.catch(() => {})
  return {
    async finish() {
      if (plan.pace.kind === 'paced' && child.connected) child.send('stop')
      const outcome = await result
      if (child.exitCode === null) await once(child, 'exit')
      return outcome
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

/** Runs a steady load to its end. */
export function runLoad(plan: LoadPlan): Promise<LoadResult> {
  return startLoad(plan).finish()
}

/**
 * The worst latency of the requests that were under way in one of the spans, or in none of them;
 * 0 when there was none.
 */
export function worstWithin(
  { latencies, answeredAt }: LoadResult,
  spans: readonly Span[]
): { within: number; outside: number } {
  const worst = { within: 0, outside: 0 }
  for (const [index, latency] of latencies.entries()) {
    const [from, to] = [answeredAt[index] - latency, answeredAt[index]]
    const place = spans.some((span) => from <= span.to && to >= span.from) ? 'within' : 'outside'
    worst[place] = Math.max(worst[place], latency)
  }
  return worst
}

export function countFailures({ failures }: LoadResult): number {
  return Object.values(failures).reduce((sum, count) => sum + count, 0)
}
