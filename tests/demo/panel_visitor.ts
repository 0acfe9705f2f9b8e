/** One page as the panel showed it. */
export interface Page {
  /** Path and query. */
  path: string
  status: number
  html: string
}

/** One server-sent event. */
export interface PanelEvent {
  event: string
  data: string
}

/**
 * A person with a browser, without the browser: opens pages, sends their forms, keeps cookies,
 * listens to runs. What it does goes the way every visitor's request goes.
 */
export class PanelVisitor {
  readonly #origin: string
  readonly #cookies = new Map<string, string>()
  #page: Page | null = null

  /** `origin` is the panel's address, such as http://127.0.0.1:3333. */
  constructor(origin: string) {
    this.#origin = origin
  }

  /** What a browser would send as `Cookie`. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /**
   * Opens a page.
   *
   * @throws when the panel answers anything but 200
   */
  async open(path: string): Promise<Page> {
    const response = await this.#request(path)
    const html = await response.text()
    if (response.status !== 200) throw new Error(`GET ${path} is answered ${response.status}.`)
    this.#page = { path, status: response.status, html }
    return this.#page
  }

  /**
   * Sends a form of the page that is open, and gives the path the panel leads to. A field may have
   * several values, as checkboxes do.
   *
   * @param leadsTo what that path looks like when the panel accepted
   * @throws with the messages of the fields when it refused
   */
  async send(
    action: string,
    fields: Record<string, string | readonly string[]>,
    leadsTo: RegExp
  ): Promise<string> {
    const page = this.#page
    if (!page) throw new Error('Open the page with the form first.')
    const body = new URLSearchParams({ _csrf: tokenOf(page) })
    for (const [name, values] of Object.entries(fields)) {
      for (const value of [values].flat()) body.append(name, value)
    }
    const response = await this.#request(action, {
      method: 'POST',
      headers: { referer: `${this.#origin}${page.path}` },
      body,
    })
    await response.body?.cancel()
    const location = response.headers.get('location')
    if (!location) throw new Error(`POST ${action} is answered ${response.status}.`)
    const path = location.replace(this.#origin, '')
    if (leadsTo.test(path)) return path
    const { html } = await this.open(path)
    const reasons = [...html.matchAll(/class="field__error"[^>]*>(.*?)<\/p>/gs)].map(([, text]) =>
      textOf(text)
    )
    throw new Error(`The panel refused ${action}: ${reasons.join(' ') || `it led to ${path}`}`)
  }

  /** The events of a run (`/runs/:id/events`), until the panel ends the stream. */
  async *events(path: string, signal?: AbortSignal): AsyncGenerator<PanelEvent> {
    const response = await this.#request(path, { signal })
    if (response.status !== 200) throw new Error(`GET ${path} is answered ${response.status}.`)
    let rest = ''
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split('\n\n')
      rest = blocks.pop()!
      for (const block of blocks) {
        const event = /^event: (.*)$/m.exec(block)?.[1]
        const data = /^data: (.*)$/m.exec(block)?.[1]
        if (event !== undefined && data !== undefined) yield { event, data }
      }
    }
  }

  async #request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('accept', 'text/html')
    if (this.#cookies.size > 0) headers.set('cookie', this.cookie)
    const url = new URL(path, this.#origin)
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      this.#cookies.set(name, value)
    }
    return response
  }
}

/** What people read of a piece of HTML. */
function textOf(html: string): string {
  return unescaped(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()
}

/** HTML with its character references replaced by the characters. */
export function unescaped(html: string): string {
  const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  return html
    .replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => names[name])
}

function tokenOf(page: Page): string {
  const token = /name=['"]_csrf['"] value=['"]([^'"]+)['"]/.exec(page.html)?.[1]
  if (!token) throw new Error(`The page ${page.path} has no form.`)
  return unescaped(token)
}
