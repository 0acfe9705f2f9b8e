import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from '#engine/shell/secret'
import { headerOf, type Call } from '#app/webhooks/call'
import type { Provider } from '#app/webhooks/providers'
import { keyIn } from '#app/webhooks/secret_text'

/** How far the clock of a signature may be off, in seconds. */
export const TOLERANCE_SECONDS = 300

/**
 * What a call says it is signed with: the key, what stands before the body, and the digests, of
 * which one must fit.
 */
interface Claim {
  key: string | Buffer
  prefix: string
  digests: readonly Buffer[]
  /** Whether what else was signed is as it must be: the time. */
  holds: boolean
}

/**
 * Whether a call was signed with the secret, by the rules of its provider. The body is hashed
 * whatever the call says, so that every refusal takes as long as any other.
 *
 * GitHub: docs "Validating webhook deliveries". Gitea and Forgejo: the bare digest. Bitbucket:
 * `X-Hub-Signature`. GitLab: Standard Webhooks when it signs, else the secret itself.
 *
 * @param now seconds since the epoch
 */
export function isSigned(
  provider: Provider,
  secret: Secret,
  call: Call,
  now = Date.now() / 1000
): boolean {
  const text = secret.reveal()
  const { key, prefix, digests, holds } = claims[provider](call, text, now)
  const digest = createHmac('sha256', key).update(prefix).update(call.body).digest()
  const fits = digests.map((claimed) => claimed.length === 32 && timingSafeEqual(claimed, digest))
  const token = provider === 'gitlab' && hasToken(call, text)
  return text !== '' && holds && (fits.includes(true) || token)
}

const hex = (text: string, form: RegExp) => {
  const [, digest] = form.exec(text) ?? []
  return digest ? [Buffer.from(digest, 'hex')] : []
}

const PREFIXED = /^sha256=([0-9a-f]{64})$/
const BARE = /^([0-9a-f]{64})$/

const claims: Record<Provider, (call: Call, secret: string, now: number) => Claim> = {
  github: (call, key) => ({
    ...{ key, prefix: '', holds: true },
    digests: hex(headerOf(call, 'x-hub-signature-256'), PREFIXED),
  }),

  gitea(call, key) {
    const own = headerOf(call, 'x-gitea-signature') || headerOf(call, 'x-forgejo-signature')
    const digests = own ? hex(own, BARE) : hex(headerOf(call, 'x-hub-signature-256'), PREFIXED)
    return { key, prefix: '', digests, holds: true }
  },

  bitbucket: (call, key) => ({
    ...{ key, prefix: '', holds: true },
    digests: hex(headerOf(call, 'x-hub-signature'), PREFIXED),
  }),

  gitlab(call, secret, now) {
    const [id, time] = [headerOf(call, 'webhook-id'), headerOf(call, 'webhook-timestamp')]
    const digests = headerOf(call, 'webhook-signature')
      .split(' ', 5)
      .filter((each) => each.startsWith('v1,'))
      .map((each) => ({ text: each.slice(3), digest: Buffer.from(each.slice(3), 'base64') }))
      // One spelling alone stands for a digest: base64 leaves bits that say nothing.
      .filter(({ text, digest }) => digest.toString('base64') === text)
      .map(({ digest }) => digest)
    const holds = !signsItself(call) || isNear(time, now)
    return { key: keyIn(secret), prefix: `${id}.${time}.`, digests, holds }
  },

  plain(call, key, now) {
    const time = headerOf(call, 'x-muster-timestamp')
    const digests = hex(headerOf(call, 'x-muster-signature'), PREFIXED)
    return { key, prefix: `${time}.`, digests, holds: isNear(time, now) }
  },
}

const signsItself = (call: Call) => headerOf(call, 'webhook-signature') !== ''

/** What GitLab sends when it does not sign: compared by hashes, which are equally long. */
function hasToken(call: Call, secret: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  const given = headerOf(call, 'x-gitlab-token')
  return timingSafeEqual(hash(given), hash(secret)) && !signsItself(call) && given !== ''
}

function isNear(time: string, now: number): boolean {
  return /^\d{1,12}$/.test(time) && Math.abs(now - Number(time)) <= TOLERANCE_SECONDS
}

/**
 * What the provider calls the delivery, or null; and a hash of what makes it one, by which it is
 * known when it comes again: all that was signed, or what stands for it where nothing was.
 */
export function identityOf(provider: Provider, call: Call): { id: string | null; hash: string } {
  const named = names[provider].map((name) => headerOf(call, name)).find((id) => id !== '')
  const id = named && /^[\x21-\x7E]{1,100}$/.test(named) ? named : null
  const hash = createHash('sha256')
  if (provider === 'gitlab' && id !== null) hash.update(id)
  else {
    if (provider === 'plain') hash.update(`${headerOf(call, 'x-muster-timestamp')}.`)
    hash.update(call.body)
  }
  return { id, hash: hash.digest('hex') }
}

const names: Record<Provider, readonly string[]> = {
  github: ['x-github-delivery'],
  gitea: ['x-gitea-delivery', 'x-forgejo-delivery'],
  gitlab: ['webhook-id', 'idempotency-key', 'x-gitlab-event-uuid'],
  bitbucket: ['x-request-uuid', 'x-request-id'],
  plain: ['x-muster-delivery'],
}
