import type { Going } from '#app/bulk_runs/actions/start_work'

interface Sent {
  servers?: string[]
  concurrency: number
  canary: number
  waveSize: number
  stopAfter: number
  once: string
}

/** Where and how, as a form sent it. */
export function goingOf({ servers, once, ...sent }: Sent): Going {
  const { concurrency, canary, waveSize, stopAfter } = sent
  return { serverIds: servers ?? [], once, pace: { concurrency, canary, waveSize, stopAfter } }
}
