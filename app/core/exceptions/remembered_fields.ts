/** Fields whose content is never put into a session to fill a form again. */
const FORGOTTEN = new Set(['_csrf', '_method', 'token', 'value', 'code', 'codes', 'response'])

const SECRET = /password|secret|privatekey/i

/**
 * What a person sent by a form, without what a session should not keep.
 */
export function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isRemembered(name)))
}

function isRemembered(name: string): boolean {
  return !FORGOTTEN.has(name) && !SECRET.test(name)
}
