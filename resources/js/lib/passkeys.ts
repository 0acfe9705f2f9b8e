import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser'

/** Whether a form makes a passkey or uses one. */
export type PasskeyAct = 'create' | 'use'

/**
 * Whether passkeys work on this page: the browser has them (they need https or localhost), and the
 * page was opened at the address that the panel's passkeys are bound to.
 *
 * @param origin of the panel, such as `https://panel.example.com`; empty where it can have none
 */
export function passkeysWork(origin: string): boolean {
  return window.isSecureContext && browserSupportsWebAuthn() && location.origin === origin
}

/**
 * Asks the panel for a challenge and the browser for its answer.
 *
 * @param options where the panel gives its options, by POST
 * @param token of the form (CSRF)
 * @returns the answer as JSON text, for the field `response`
 * @throws an error whose message is for the person
 */
export async function askPasskey(act: PasskeyAct, options: string, token: string): Promise<string> {
  const optionsJSON = await fetchOptions(options, token)
  try {
    const answer =
      act === 'create'
        ? await startRegistration({ optionsJSON })
        : await startAuthentication({ optionsJSON })
    return JSON.stringify(answer)
  } catch (error) {
    throw new Error(wordsFor(act, error), { cause: error })
  }
}

async function fetchOptions(url: string, token: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({ _csrf: token }),
  })
  const isJson = response.headers.get('content-type')?.includes('json')
  const body = isJson ? await response.json() : null
  if (response.ok && body) return body
  const message = body?.errors?.[0]?.message ?? body?.message
  throw new Error(message ?? 'The panel did not answer as expected. Load this page again.')
}

function wordsFor(act: PasskeyAct, error: unknown): string {
  const code = error instanceof WebAuthnError ? error.code : ''
  if (code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') {
    return 'This device has a passkey of yours for this panel already.'
  }
  return act === 'create'
    ? 'No passkey was made. Try again.'
    : 'No passkey was used. Try again, or use another way.'
}
