import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Site {
  domain: string
  listenPort: number
}

export interface Answer {
  /** 0 when there was none. */
  status: number
  body: string
}

/** Asks for a page of a site on a connection of its own. */
export function visit(address: string, site: Site, path = '/'): Promise<Answer> {
  return new Promise((resolve) => {
    const asked = request(
      {
        host: address,
        port: site.listenPort,
        path,
        agent: false,
        headers: { Host: site.domain, Connection: 'close' },
        timeout: 10_000,
      },
      (response) => {
        let body = ''
        response.on('data', (chunk) => (body += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
        response.on('error', (error) => resolve({ status: 0, body: String(error) }))
      }
    )
    asked.on('timeout', () => asked.destroy(new Error('timeout')))
    asked.on('error', (error) => resolve({ status: 0, body: String(error) }))
    asked.end()
  })
}

/** Visitors who ask a site about a hundred times a second until they are stopped. */
export class RequestLoop {
  readonly answers: Answer[] = []
  readonly #running: Promise<void>
  #stopped = false

  constructor(address: string, site: Site) {
    this.#running = this.#run(address, site)
  }

  async stop(): Promise<Answer[]> {
    this.#stopped = true
    await this.#running
    return this.answers
  }

  async #run(address: string, site: Site) {
    const pending: Promise<void>[] = []
    while (!this.#stopped) {
      pending.push(visit(address, site).then((answer) => void this.answers.push(answer)))
      await sleep(10)
    }
    await Promise.all(pending)
  }
}

/** The answers that a visitor would call broken. */
export function failures(answers: readonly Answer[]): Answer[] {
  return answers.filter(({ status }) => status < 200 || status > 399)
}
