import type { PaletteGroup } from './palette_entries.js'

/** How long someone must not type before the server is asked, in milliseconds. */
const PAUSE = 80

interface Listener {
  answered(groups: PaletteGroup[]): void
  failed(): void
}

/**
 * Asks the server while someone types: after a pause, one request at a time, each text once. Only
 * the latest text is ever answered.
 */
export class PaletteSearch {
  readonly #url: string
  readonly #listener: Listener
  readonly #answers = new Map<string, PaletteGroup[]>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #request: AbortController | null = null

  constructor(url: string, listener: Listener) {
    this.#url = url
    this.#listener = listener
  }

  ask(text: string) {
    this.stop()
    const known = this.#answers.get(text)
    if (known) this.#listener.answered(known)
    else if (text === '') void this.#fetch(text)
    else this.#timer = setTimeout(() => void this.#fetch(text), PAUSE)
  }

  /** Drops what is being asked. */
  stop() {
    clearTimeout(this.#timer)
    this.#request?.abort()
    this.#request = null
  }

  /** Answers are kept no longer than the palette is open. */
  forget() {
    this.stop()
    this.#answers.clear()
  }

  async #fetch(text: string) {
    const request = new AbortController()
    this.#request = request
    let groups: PaletteGroup[]
    try {
      groups = await this.#read(text, request.signal)
    } catch {
      if (!request.signal.aborted) this.#listener.failed()
      return
    }
    this.#answers.set(text, groups)
    this.#listener.answered(groups)
  }

  async #read(text: string, signal: AbortSignal): Promise<PaletteGroup[]> {
    const response = await fetch(`${this.#url}?${new URLSearchParams({ q: text })}`, {
      headers: { accept: 'application/json' },
      signal,
    })
    // The session has ended: the page leads to the login by itself.
    if (response.status === 401) window.location.reload()
    if (!response.ok) throw new Error(`The panel answered ${response.status}`)
    const { groups } = (await response.json()) as { groups: PaletteGroup[] }
    return groups
  }
}
