import { timingSafeEqual } from 'node:crypto'
import { HOTP, Secret as TotpSecret, URI, TOTP } from 'otpauth'
import { Secret } from '#engine/shell/secret'
import { appUrl } from '#config/app'
import User from '#app/users/models/user'

/** How long one code lasts, in seconds (RFC 6238, X). */
const STEP_SECONDS = 30

/** How many steps a clock may be off, either way. */
const WINDOW = 1

/**
 * A fresh secret for an authenticator app: 160 random bits in base32, as RFC 4226 recommends
 * (section 4, R6).
 */
export function newTotpSecret(): Secret {
  return new Secret(new TotpSecret({ size: 20 }).base32)
}

/**
 * The address that authenticator apps read from a QR code
 * (https://github.com/google/google-authenticator/wiki/Key-Uri-Format). It holds the secret.
 *
 * @param panelUrl where people open the panel; its host tells apart several panels in one app
 */
export function totpUri(
  secret: Secret,
  user: Pick<User, 'email'>,
  panelUrl: string = appUrl
): string {
  const issuer = `Muster ${new URL(panelUrl).host.replaceAll(':', ' ')}`
  return URI.stringify(
    new TOTP({
      issuer,
      label: user.email,
      secret: secret.reveal(),
      algorithm: 'SHA1',
      digits: 6,
      period: STEP_SECONDS,
    })
  )
}

/**
 * Whether a code of six digits is right now (RFC 6238: SHA-1, 30 seconds, one step either way).
 * Each code counts once, also when it comes twice at the same moment. It writes to the database,
 * so it is called outside of transactions. Whoever gives a person a new secret sets their
 * `totpLastStep` to null.
 *
 * @param code as typed; spaces in it do not matter
 * @param options.secret a secret that is only proposed; without it, the one the person confirmed
 */
export async function verifyTotpCode(
  user: User,
  code: string,
  options: { secret?: Secret } = {}
): Promise<boolean> {
  const confirmed = user.totpConfirmedAt === null ? null : user.totpSecret
  const secret = options.secret ?? confirmed
  const digits = code.replaceAll(/\s/g, '')
  if (!secret || !/^\d{6}$/.test(digits)) return false

  const step = matchingStep(secret, digits)
  if (step === null) return false
  const won = await User.query()
    .where('id', user.id)
    .where((query) => query.whereNull('totp_last_step').orWhere('totp_last_step', '<', step))
    .update({ totpLastStep: step })
  return Number(won) === 1
}

/** The time step that a code belongs to, or null. */
function matchingStep(secret: Secret, digits: string): number | null {
  const key = TotpSecret.fromBase32(secret.reveal())
  const now = Math.floor(Date.now() / 1000 / STEP_SECONDS)
  let match: number | null = null
  for (let step = now - WINDOW; step <= now + WINDOW; step++) {
    const expected = HOTP.generate({ secret: key, counter: step, algorithm: 'SHA1', digits: 6 })
    if (timingSafeEqual(Buffer.from(expected), Buffer.from(digits))) match = step
  }
  return match
}
