import { createHmac } from 'node:crypto'
import type { Provider } from '#app/webhooks/providers'
import { keyIn } from '#app/webhooks/secret_text'

/** A call of a webhook as it goes over the wire. */
export interface WireCall {
  headers: Record<string, string>
  body: string
}

/** What a push tells. */
export interface Push {
  commit?: string
  ref?: string
  pusher?: string
  message?: string
  /** What the provider calls the delivery. */
  id?: string
  /** Seconds since the epoch. */
  time?: number
}

let count = 0

const hmac = (key: string | Buffer, text: string, form: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', key).update(text).digest(form)

/**
 * A push as a provider tells it, signed with the secret.
 */
export function pushOf(provider: Provider, secret: string, push: Push = {}): WireCall {
  const number = ++count
  const told = {
    commit: String(number).padStart(40, '0').replace(/^0/, 'a'),
    ref: 'refs/heads/main',
    pusher: 'Grace Hopper',
    message: `Change ${number}\n\nWith more to say`,
    id: `delivery-${number}-${process.pid}`,
    time: Math.floor(Date.now() / 1000),
    ...push,
  }
  const body = JSON.stringify({ ...payloads[provider](told), delivery: told.id })
  return signed(provider, secret, body, told)
}

/**
 * Any body, signed as the provider signs it.
 */
export function signed(
  provider: Provider,
  secret: string,
  body: string,
  { id = `delivery-${++count}`, time = Math.floor(Date.now() / 1000), event = 'push' } = {}
): WireCall {
  const type = { 'content-type': 'application/json' }
  switch (provider) {
    case 'github':
      return {
        body,
        headers: {
          ...type,
          'x-github-event': event,
          'x-github-delivery': id,
          'x-hub-signature-256': `sha256=${hmac(secret, body)}`,
        },
      }
    case 'gitea':
      return {
        body,
        headers: {
          ...type,
          'x-gitea-event': event,
          'x-gitea-delivery': id,
          'x-gitea-signature': hmac(secret, body),
        },
      }
    case 'gitlab':
      return {
        body,
        headers: {
          ...type,
          'x-gitlab-event': event === 'push' ? 'Push Hook' : event,
          'webhook-id': id,
          'webhook-timestamp': String(time),
          'webhook-signature': `v1,${hmac(keyIn(secret), `${id}.${time}.${body}`, 'base64')}`,
        },
      }
    case 'bitbucket':
      return {
        body,
        headers: {
          ...type,
          'x-event-key': event === 'push' ? 'repo:push' : event,
          'x-request-uuid': id,
          'x-hub-signature': `sha256=${hmac(secret, body)}`,
        },
      }
    case 'plain':
      return {
        body,
        headers: {
          ...type,
          'x-muster-timestamp': String(time),
          'x-muster-signature': `sha256=${hmac(secret, `${time}.${body}`)}`,
        },
      }
  }
}

type Told = Required<Push>

const payloads: Record<Provider, (told: Told) => object> = {
  github: ({ ref, commit, pusher, message }) => ({
    ref,
    after: commit,
    deleted: false,
    head_commit: { id: commit, message },
    pusher: { name: pusher },
  }),
  gitea: ({ ref, commit, pusher, message }) => ({
    ref,
    after: commit,
    commits: [{ id: commit, message }],
    pusher: { login: 'grace', full_name: pusher },
  }),
  gitlab: ({ ref, commit, pusher, message }) => ({
    object_kind: 'push',
    ref,
    after: commit,
    checkout_sha: commit,
    user_name: pusher,
    commits: [{ id: commit, message }],
  }),
  bitbucket: ({ ref, commit, pusher, message }) => ({
    actor: { display_name: pusher },
    push: {
      changes: [
        {
          new: {
            type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
            name: ref.replace(/^refs\/(heads|tags)\//, ''),
            target: { hash: commit, message },
          },
        },
      ],
    },
  }),
  plain: ({ ref, commit, pusher, message }) => ({ ref, commit, pusher, subject: message }),
}

/**
 * Sends a call to a panel, to the webhook of this id.
 */
export function call(
  origin: string,
  webhookId: string,
  { headers, body }: { headers: Record<string, string>; body: string | Uint8Array<ArrayBuffer> },
  method = 'POST'
): Promise<Response> {
  return fetch(`${origin}/hooks/${webhookId}`, {
    method,
    headers,
    ...(method === 'GET' ? {} : { body }),
    redirect: 'manual',
  })
}
