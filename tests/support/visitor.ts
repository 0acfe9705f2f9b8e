import type User from '#app/users/models/user'
import { PASSWORD } from '#tests/support/tenants'

export interface VisitOptions {
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** What a form holds; an array stands for several fields of the name. */
export type Fields = Record<string, string | readonly string[]>

/**
 * A person's browser as far as HTTP goes: keeps cookies, sends forms with the token that the last
 * page had, follows no redirect.
 */
export class Visitor {
  readonly #origin = process.env.APP_URL!
  readonly #cookies = new Map<string, string>()
  #token = ''

  get(path: string, options: VisitOptions = {}): Promise<Response> {
    return this.#send('GET', path, undefined, options)
  }

  /** Sends a form; with `_method` among the fields as another method. */
  async post(path: string, fields: Fields = {}, options: VisitOptions = {}): Promise<Response> {
    if (!this.#token) await this.get('/login')
    return this.postWithout(path, { _csrf: this.#token, ...fields }, options)
  }

  /** Sends a form without the token. */
  postWithout(path: string, fields: Fields = {}, options: VisitOptions = {}): Promise<Response> {
    const body = new URLSearchParams()
    for (const [name, value] of Object.entries(fields)) {
      for (const each of [value].flat()) body.append(name, each)
    }
    return this.#send('POST', path, body, options)
  }

  async logIn({ email }: Pick<User, 'email'>, password = PASSWORD): Promise<Response> {
    await this.get('/login')
    return this.post('/login', { email, password })
  }

  /** The cookie as it is stored, or undefined. */
  cookie(name: string): string | undefined {
    return this.#cookies.get(name)
  }

  async #send(
    method: string,
    path: string,
    body: URLSearchParams | undefined,
    { headers = {}, signal }: VisitOptions
  ): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(`${this.#origin}${path}`, {
      method,
      body,
      signal,
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie ? { cookie } : {}), ...headers },
    })
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    if (response.headers.get('content-type')?.startsWith('text/html')) {
      const page = await response.clone().text()
      this.#token = /name=["']_csrf["'] value=["']([^"']+)/.exec(page)?.[1] ?? this.#token
    }
    return response
  }

  #keep(line: string) {
    const [pair, ...attributes] = line.split(';')
    const [name, ...value] = pair.split('=')
    const expired = attributes.some((attribute) => /^\s*max-age=(0|-\d+)$/i.test(attribute))
    if (expired) this.#cookies.delete(name)
    else this.#cookies.set(name, value.join('='))
  }
}
