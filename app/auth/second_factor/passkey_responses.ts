import vine from '@vinejs/vine'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { refuse } from '#app/core/exceptions/refusal'

/** No answer of an authenticator comes near to this many characters. */
const MOST = 32_768

const base64url = (most = MOST) =>
  vine
    .string()
    .maxLength(most)
    .regex(/^[A-Za-z0-9_-]+$/)

const credential = {
  id: base64url(1364),
  rawId: base64url(1364).sameAs('id'),
  type: vine.literal('public-key'),
}

const registration = vine.create({
  ...credential,
  response: vine.object({
    clientDataJSON: base64url(),
    attestationObject: base64url(),
    transports: vine
      .array(vine.string().regex(/^[a-z-]{1,20}$/))
      .maxLength(10)
      .optional(),
  }),
})

const authentication = vine.create({
  ...credential,
  response: vine.object({
    clientDataJSON: base64url(),
    authenticatorData: base64url(),
    signature: base64url(),
    userHandle: base64url(86).nullable().optional(),
  }),
})

/**
 * What a browser sent after making a passkey (`RegistrationResponseJSON` of WebAuthn, 5.1.8), from
 * the text of a form's field `response`. Members the panel does not use are left out.
 *
 * @throws the refusal of the field, when it is anything else
 */
export async function parseRegistrationResponse(text: unknown): Promise<RegistrationResponseJSON> {
  const [error, parsed] = await registration.tryValidate(objectIn(text))
  if (error) refuseUnreadable()
  return { ...parsed, clientExtensionResults: {} }
}

/**
 * What a browser sent after using a passkey (`AuthenticationResponseJSON`), as above.
 *
 * @throws the refusal of the field, when it is anything else
 */
export async function parseAuthenticationResponse(
  text: unknown
): Promise<AuthenticationResponseJSON> {
  const [error, parsed] = await authentication.tryValidate(objectIn(text))
  if (error) refuseUnreadable()
  const userHandle = parsed.response.userHandle ?? undefined
  return { ...parsed, response: { ...parsed.response, userHandle }, clientExtensionResults: {} }
}

function objectIn(text: unknown): unknown {
  if (typeof text !== 'string' || text.length > 4 * MOST) refuseUnreadable()
  try {
    return JSON.parse(text)
  } catch {
    refuseUnreadable()
  }
}

function refuseUnreadable(): never {
  refuse('response', 'The answer of the passkey cannot be read. Try again, or use another way.')
}
