import type { SecondFactor, SignInMethod } from '#app/auth/models/sign_in'

const METHODS: Record<SignInMethod, string> = {
  'password': 'Password',
  'passkey': 'Passkey',
  'setup': 'Link that claimed the panel',
  'sign-up': 'Sign-up',
  'invitation': 'Invitation',
  'reset': 'Password reset',
}

const SECOND_FACTORS: Record<SecondFactor, string> = {
  totp: 'authenticator app',
  recovery: 'recovery code',
  passkey: 'passkey',
}

/**
 * How someone got in, in words: "Password and authenticator app".
 */
export function wayInOf(method: SignInMethod, secondFactor: SecondFactor | null): string {
  const first = METHODS[method] ?? method
  return secondFactor ? `${first} and ${SECOND_FACTORS[secondFactor] ?? secondFactor}` : first
}
