import { Agent, request, type ClientRequest } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LoadPlan, LoadResult } from './load.js'

/** An answer that takes longer is a failure, in milliseconds. */
const PATIENCE_MS = 10_000

/**
 * Sends requests as the plan says. Only loopback and the fleet's own network (10.77.0.0/16) are
 * ever asked.
 *
 * @throws when the plan's address is another
 */
export async function generateLoad(plan: LoadPlan, stop: AbortSignal): Promise<LoadResult> {
  const { hostname } = new URL(plan.url)
  if (!/^(127\.|10\.77\.)[\d.]+$/.test(hostname))
    throw new Error(`${hostname} is not ours to load.`)
  const load = new Load(plan)
  const began = performance.now()
  await (plan.pace.kind === 'steady' ? load.steady(plan.pace) : load.paced(plan.pace, stop))
  return load.result((performance.now() - began) / 1000)
}

class Load {
  readonly #plan: LoadPlan
  readonly #agent: Agent
  readonly #latencies: number[] = []
  readonly #answeredAt: number[] = []
  readonly #failures: Record<string, number> = {}
  #retried = 0

  constructor(plan: LoadPlan) {
    this.#plan = plan
    this.#agent = new Agent({ keepAlive: plan.keepAlive, maxSockets: Infinity })
  }

  async steady({ requests, concurrency }: { requests: number; concurrency: number }) {
    let left = requests
    const worker = async () => {
      while (left-- > 0) await this.#send(performance.now())
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
  }

  /** The clock says when a request is due, and its latency counts from then. */
  async paced(
    { perSecond, mostSeconds }: { perSecond: number; mostSeconds: number },
    stop: AbortSignal
  ) {
    const began = performance.now()
    const underWay = new Set<Promise<void>>()
    for (let count = 0; count < perSecond * mostSeconds && !stop.aborted; count++) {
      const due = began + (count * 1000) / perSecond
      const wait = due - performance.now()
      if (wait > 0) await sleep(wait)
      const sent = this.#send(due).finally(() => underWay.delete(sent))
      underWay.add(sent)
    }
    await Promise.all(underWay)
  }

  result(seconds: number): LoadResult {
    this.#agent.destroy()
    return {
      latencies: this.#latencies,
      answeredAt: this.#answeredAt,
      failures: this.#failures,
      retried: this.#retried,
      seconds,
    }
  }

  async #send(due: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      // As browsers do: not on another kept connection, which may have been closed as well.
      const outcome = await this.#attempt(attempt === 1 ? this.#agent : false)
      if (outcome === 'closed before use' && attempt === 1) {
        this.#retried++
        continue
      }
      if (outcome === 'answered') {
        this.#latencies.push(performance.now() - due)
        this.#answeredAt.push(Date.now())
      } else this.#failures[outcome] = (this.#failures[outcome] ?? 0) + 1
      return
    }
  }

  #attempt(agent: Agent | false): Promise<string> {
    return new Promise((resolve) => {
      let answered = false
      const sent: ClientRequest = request(
        this.#plan.url,
        { agent, headers: this.#plan.headers, timeout: PATIENCE_MS },
        (response) => {
          answered = true
          response.resume()
          response.once('error', (error) => resolve(`broken off: ${error.message}`))
          response.once('end', () => {
            const { statusCode } = response
            resolve(statusCode === 200 ? 'answered' : `status ${statusCode}`)
          })
        }
      )
      sent.once('timeout', () => sent.destroy(new Error(`no answer in ${PATIENCE_MS} ms`)))
      sent.once('error', (error) => {
        resolve(sent.reusedSocket && !answered ? 'closed before use' : error.message)
      })
      sent.end()
    })
  }
}
