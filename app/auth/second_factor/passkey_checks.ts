import { decodeAttestationObject, decodeClientDataJSON } from '@simplewebauthn/server/helpers'
import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import logger from '@adonisjs/core/services/logger'

/**
 * What a check gives, or null when it throws, as it does for whatever is wrong with a passkey: why
 * is for the log, and not for whoever tries.
 */
export async function checked<T>(check: () => Promise<T>): Promise<T | null> {
  try {
    return await check()
  } catch (error) {
    logger.info({ err: error }, 'a passkey was refused')
    return null
  }
}

/**
 * Refuses attestations with certificates, which would be checked against lists on the network.
 * None was asked for, and browsers then send none (WebAuthn, 5.1.3).
 *
 * @throws when there is one
 */
export function assertFetchesNothing({ response }: RegistrationResponseJSON) {
  const bytes = Uint8Array.from(Buffer.from(response.attestationObject, 'base64url'))
  const attestation = decodeAttestationObject(bytes)
  const format = attestation.get('fmt')
  const bare = format === 'none' || format === 'packed'
  if (!bare || attestation.get('attStmt').get('x5c')) {
    throw new Error(`An attestation "${format}" was sent that nobody asked for.`)
  }
}

/**
 * Refuses what was made inside a frame of another site (WebAuthn, 5.8.1, `crossOrigin`): the panel
 * is never in one.
 *
 * @param clientDataJSON as the browser sent it
 * @throws when it was
 */
export function assertOnOwnPage(clientDataJSON: string) {
  if (decodeClientDataJSON(clientDataJSON).crossOrigin) {
    throw new Error('The passkey was used inside a frame of another site.')
  }
}
