import http from 'node:http'

/** What a prober saw. */
export interface ProbeResult {
  requests: number
  failures: string[]
  worstMs: number
  /** The distinct bodies in the order in which they first came. */
  bodies: string[]
}

/**
 * Sends requests to one address at a steady rate until stopped, each over a connection of its own.
 */
export class Prober {
  readonly #options: http.RequestOptions
  readonly #open = new Set<Promise<void>>()
  readonly #result: ProbeResult = { requests: 0, failures: [], worstMs: 0, bodies: [] }
  readonly #timer: NodeJS.Timeout

  constructor(options: {
    address: string
    port: number
    host: string
    perSecond: number
    path?: string
  }) {
    this.#options = {
      host: options.address,
      port: options.port,
      path: options.path ?? '/',
      headers: { host: options.host },
      agent: false,
      timeout: 10_000,
    }
    this.#timer = setInterval(() => {
      const request = this.#send().finally(() => this.#open.delete(request))
      this.#open.add(request)
    }, 1000 / options.perSecond)
  }

  /** Stops sending, waits for the answers under way and gives what was seen. */
  async stop(): Promise<ProbeResult> {
    clearInterval(this.#timer)
    await Promise.all(this.#open)
    return this.#result
  }

  #send(): Promise<void> {
    const began = performance.now()
    const result = this.#result
    result.requests++
    return new Promise((resolve) => {
      const fail = (reason: string) => {
        result.failures.push(reason)
        resolve()
      }
      const request = http.get(this.#options, (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => (body += chunk))
        response.on('error', (error) => fail(error.message))
        response.on('end', () => {
          result.worstMs = Math.max(result.worstMs, performance.now() - began)
          if (response.statusCode !== 200) return fail(`status ${response.statusCode}`)
          if (!result.bodies.includes(body)) result.bodies.push(body)
          resolve()
        })
      })
      request.on('timeout', () => request.destroy(new Error('timeout')))
      request.on('error', (error) => fail(error.message))
    })
  }
}

/**
 * One request with its own Host header.
 */
export function visit(options: { address: string; port: number; host: string; path?: string }) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const { address, port, host, path = '/' } = options
    http
      .get({ host: address, port, path, headers: { host }, agent: false }, (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => (body += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      })
      .on('error', reject)
  })
}
