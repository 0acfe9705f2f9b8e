import { ulid } from 'ulid'
import { follow, type FollowOptions, type FollowResult } from '#engine/detached/follow'
import { reconcile } from '#engine/detached/reconcile'
import { type Remote } from '#engine/ssh/remote'
import { type Host } from '#tests/fleet/host'

export interface FollowedRun {
  id: string
  result: FollowResult
  log: string
  /** Milliseconds from the call to the first byte of the log. */
  firstByteAfter: number
}

/** A run that is being followed: what has come so far, and how it ends. */
export class RunUnderWay {
  readonly id: string
  readonly stop = new AbortController()
  readonly chunks: Buffer[] = []
  readonly ended: Promise<FollowedRun>
  readonly result: Promise<FollowResult>
  firstByteAfter = Infinity

  constructor(remote: Remote, body: string | null, options: Partial<FollowOptions> = {}) {
    this.id = options.id ?? ulid()
    const began = performance.now()
    this.result = follow(remote, {
      fence: 1,
      graceSeconds: 1,
      ...options,
      id: this.id,
      body,
      signal: this.stop.signal,
      onLog: async (chunk) => {
        this.firstByteAfter = Math.min(this.firstByteAfter, performance.now() - began)
        this.chunks.push(Buffer.from(chunk))
        await options.onLog?.(chunk)
      },
    })
    this.ended = this.result.then((end) => ({
      id: this.id,
      result: end,
      log: this.log,
      firstByteAfter: this.firstByteAfter,
    }))
  }

  get log(): string {
    return Buffer.concat(this.chunks).toString()
  }

  /** Resolves when the log holds `text`. */
  async shows(text: string): Promise<void> {
    for (const end = Date.now() + 20_000; !this.log.includes(text);) {
      if (Date.now() > end) throw new Error(`${text} did not come; the log is: ${this.log}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}

/** Runs a script on a server and follows it to its end. */
export function runToEnd(
  remote: Remote,
  body: string | null,
  options: Partial<FollowOptions> = {}
): Promise<FollowedRun> {
  return new RunUnderWay(remote, body, options).ended
}

/** What the server says became of a run. */
export async function stateOf(remote: Remote, id: string): Promise<string | undefined> {
  const facts = await reconcile(remote, [id])
  return facts.get(id)?.state
}

/** How many processes on the host carry the marker of the run: the truth, past the product. */
export function markedProcesses(host: Host, id: string): number {
  const search = `grep -lszxF 'MUSTER_RUN=${id}' /proc/[0-9]*/environ | wc -l`
  return Number(host.inside(['sh', '-c', search]))
}
