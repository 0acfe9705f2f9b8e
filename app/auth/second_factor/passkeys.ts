import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { refuse } from '#app/core/exceptions/refusal'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import Passkey from '#app/auth/models/passkey'
import {
  assertFetchesNothing,
  assertOnOwnPage,
  checked,
} from '#app/auth/second_factor/passkey_checks'
import { passkeySite, type PasskeySite } from '#app/auth/second_factor/passkey_site'
import type User from '#app/users/models/user'

/** How long a person has for the dialog of their browser, in milliseconds. */
const DIALOG_LASTS = 5 * 60_000

/**
 * What the browser needs to make a passkey for a person. Keep its challenge.
 *
 * @throws the refusal of `response` where the panel's address allows no passkeys
 */
export async function registrationOptions(
  user: User
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const site = await siteOrRefuse()
  return generateRegistrationOptions({
    rpName: `Muster ${new URL(site.origin).host}`,
    rpID: site.id,
    userID: Uint8Array.from(Buffer.from(user.id)),
    userName: user.email,
    userDisplayName: user.fullName,
    timeout: DIALOG_LASTS,
    attestationType: 'none',
    excludeCredentials: await descriptorsOf(user),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  })
}

/**
 * Checks what the browser sent after making a passkey (WebAuthn, 7.1), keeps the passkey and
 * records that it was added.
 *
 * @param answer.challenge the one taken from the session
 * @param answer.response from `parseRegistrationResponse`
 * @param answer.name what the person calls the passkey
 * @param origin who acts, for the record
 * @param also what else belongs to it, in the same transaction
 * @throws the refusal of `response`, with what to do
 */
export async function verifyRegistration(
  user: User,
  answer: { challenge: string; response: RegistrationResponseJSON; name: string },
  origin: Origin,
  also?: (trx: TransactionClientContract) => Promise<unknown>
): Promise<Passkey> {
  const site = await siteOrRefuse()
  const info = await checked(async () => {
    assertFetchesNothing(answer.response)
    assertOnOwnPage(answer.response.response.clientDataJSON)
    const { registrationInfo } = await verifyRegistrationResponse({
      response: answer.response,
      expectedChallenge: answer.challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: false,
    })
    return registrationInfo
  })
  if (!info) refuse('response', 'The panel could not check this passkey. Try again.')

  try {
    return await db.transaction(async (client) => {
      const passkey = await Passkey.create(
        {
          userId: user.id,
          name: answer.name,
          credentialId: info.credential.id,
          publicKey: Buffer.from(info.credential.publicKey).toString('base64url'),
          counter: info.credential.counter,
          transports: answer.response.response.transports ?? [],
          backedUp: info.credentialBackedUp,
          lastUsedAt: null,
        },
        { client }
      )
      const subject = { type: 'passkey', id: passkey.id, name: passkey.name }
      await recordActivity(origin, { action: 'passkey.added', subject }, client)
      await also?.(client)
      return passkey
    })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    refuse('response', 'This passkey is registered already.')
  }
}

/**
 * What the browser needs to use a passkey: one of a person's, or, without a person, any that it
 * has for this panel, unlocked by its owner. Keep its challenge.
 *
 * @throws the refusal of `response` where the panel's address allows no passkeys
 */
export async function authenticationOptions(
  user: User | null
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const site = await siteOrRefuse()
  return generateAuthenticationOptions({
    rpID: site.id,
    timeout: DIALOG_LASTS,
    allowCredentials: user ? await descriptorsOf(user) : [],
    userVerification: user ? 'preferred' : 'required',
  })
}

/**
 * Checks what the browser sent after using a passkey (WebAuthn, 7.2). Without an expected person
 * the passkey stands for the password too, so the authenticator must have verified its owner.
 *
 * @param answer.challenge the one taken from the session
 * @param answer.response from `parseAuthenticationResponse`
 * @returns whose passkey it is, or null: unknown, another person's, of someone deactivated,
 *   signed for another site, or with a counter that went back, as that of a copy does
 */
export async function verifyAuthentication(answer: {
  challenge: string
  response: AuthenticationResponseJSON
  expectedUser?: User
}): Promise<{ user: User; passkey: Passkey } | null> {
  const site = await passkeySite()
  const passkey = await Passkey.query()
    .where('credential_hash', Passkey.hashOf(answer.response.id))
    .preload('user')
    .first()
  if (!site || !passkey || !isWhoItShouldBe(passkey.user, answer)) return null

  const info = await checked(async () => {
    assertOnOwnPage(answer.response.response.clientDataJSON)
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: answer.response,
      expectedChallenge: answer.challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      credential: {
        id: passkey.credentialId,
        publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
      requireUserVerification: !answer.expectedUser,
    })
    return verified ? authenticationInfo : null
  })
  if (!info) return null

  const now = Date.now()
  const counted = await Passkey.query().where({ id: passkey.id, counter: passkey.counter }).update({
    counter: info.newCounter,
    backedUp: info.credentialBackedUp,
    lastUsedAt: now,
    updatedAt: now,
  })
  return Number(counted) === 1 ? { user: passkey.user, passkey } : null
}

async function siteOrRefuse(): Promise<PasskeySite> {
  const site = await passkeySite()
  if (site) return site
  refuse('response', 'Passkeys need a panel that is opened by its host name over https.')
}

async function descriptorsOf(user: User) {
  const passkeys = await Passkey.query().where('user_id', user.id).orderBy('id')
  return passkeys.map(({ credentialId: id, transports }) => ({ id, transports }))
}

function isWhoItShouldBe(
  owner: User,
  { response, expectedUser }: { response: AuthenticationResponseJSON; expectedUser?: User }
): boolean {
  if (owner.deactivatedAt !== null) return false
  const handle = response.response.userHandle
  const handleFits = handle === Buffer.from(owner.id).toString('base64url')
  if (!expectedUser) return handleFits
  return owner.id === expectedUser.id && (handle === undefined || handleFits)
}
