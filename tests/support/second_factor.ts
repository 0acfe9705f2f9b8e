import { DateTime } from 'luxon'
import { HOTP, Secret as TotpSecret } from 'otpauth'
import { systemOrigin } from '#app/activity/origin'
import type Passkey from '#app/auth/models/passkey'
import { parseRegistrationResponse } from '#app/auth/second_factor/passkey_responses'
import { registrationOptions, verifyRegistration } from '#app/auth/second_factor/passkeys'
import { newTotpSecret } from '#app/auth/second_factor/totp'
import PanelSettings from '#app/settings/models/panel_settings'
import type User from '#app/users/models/user'
import { SoftPasskey } from '#tests/support/soft_passkey'

/** Gives a person an authenticator app that they confirmed. */
export async function giveAuthenticator(user: User): Promise<User> {
  const totpSecret = newTotpSecret()
  return user.merge({ totpSecret, totpConfirmedAt: DateTime.utc(), totpLastStep: null }).save()
}

/**
 * The code that the person's app shows.
 *
 * @param steps how many steps of 30 seconds from now
 */
export function codeOf(user: User, steps = 0): string {
  return HOTP.generate({
    secret: TotpSecret.fromBase32(user.totpSecret!.reveal()),
    counter: Math.floor(Date.now() / 30_000) + steps,
  })
}

/** A code that is wrong now, and a step before and after. */
export function wrongCodeOf(user: User): string {
  const right = [-2, -1, 0, 1, 2].map((steps) => codeOf(user, steps))
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find(
    (code) => !right.includes(code)
  )!
}

/**
 * Lets the panel be at localhost, where passkeys work, instead of at 127.0.0.1.
 *
 * @returns its origin, and what takes it back
 */
export async function movePanelToLocalhost(): Promise<{
  origin: string
  back(): Promise<void>
}> {
  const origin = process.env.APP_URL!.replace('127.0.0.1', 'localhost')
  const settings = await PanelSettings.findOrFail('panel')
  await settings.merge({ baseUrl: origin }).save()
  const back = async () => void (await settings.merge({ baseUrl: null }).save())
  return { origin, back }
}

/** Gives a person a passkey of software. */
export async function givePasskey(
  user: User,
  origin: string,
  values: Partial<Pick<SoftPasskey, 'counter'>> = {}
): Promise<{ soft: SoftPasskey; passkey: Passkey }> {
  const soft = Object.assign(new SoftPasskey(origin), values)
  const options = await registrationOptions(user)
  const response = await parseRegistrationResponse(soft.create(options))
  const passkey = await verifyRegistration(
    user,
    { challenge: options.challenge, response, name: 'Laptop' },
    systemOrigin()
  )
  return { soft, passkey }
}
