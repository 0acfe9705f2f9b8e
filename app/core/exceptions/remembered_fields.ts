/** Fields whose content is never put into a session to fill a form again. */
const FORGOTTEN = new Set(['_csrf', '_method', 'token', 'value', 'code', 'codes', 'response'])

const SECRET = /password|passphrase|secret|privatekey/i

/** What a session can hold of a form, in bytes; its column has 64 KiB on MySQL. */
const MOST_KEPT = 32_768

/**
 * What a person sent by a form, without what a session should not keep; nothing of a form that is
 * larger than any of the panel's.
 */
export function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.fromEntries(Object.entries(fields).filter(([name]) => isRemembered(name)))
  return Buffer.byteLength(JSON.stringify(kept)) <= MOST_KEPT ? kept : {}
}

function isRemembered(name: string): boolean {
  return !FORGOTTEN.has(name) && !SECRET.test(name)
}
