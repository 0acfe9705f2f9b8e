import { Secret } from '#engine/shell/secret'
import { importKeyPair } from '#engine/ssh/import_key'
import { generateKeyPair, type KeyPair } from '#engine/ssh/key_pair'
import { UnusableKey } from '#engine/ssh/unusable_key'
import { refuse } from '#app/core/exceptions/refusal'

/** Where the key pair that a server is logged in with can be from. */
export const serverLogins = ['generated', 'imported'] as const

export type ServerLogin = (typeof serverLogins)[number]

/** Where a key pair is from, in the words of pages. */
export const serverLoginLabels: Record<ServerLogin, string> = {
  generated: 'made by Muster for this server',
  imported: 'imported',
}

/** What a form says of the key pair. */
export interface LoginChoice {
  login: ServerLogin
  privateKey: string | null
  passphrase: string | null
}

/** What a form left empty is a key pair that Muster makes. */
export function loginChoiceOf(fields: Partial<Record<keyof LoginChoice, string | null>>) {
  return {
    login: serverLogins.find((each) => each === fields.login) ?? 'generated',
    privateKey: fields.privateKey ?? null,
    passphrase: fields.passphrase ?? null,
  }
}

/**
 * The key pair that a form asks for: a new one, or the one that was pasted.
 *
 * @throws a refusal for the field that does not fit
 */
export async function keyPairOf(choice: LoginChoice): Promise<KeyPair & { login: ServerLogin }> {
  const { login, privateKey, passphrase } = choice
  if (login === 'generated') return { login, ...generateKeyPair('muster') }
  if (!privateKey) refuse('privateKey', 'Paste the private key.')
  try {
    const secret = passphrase ? new Secret(passphrase) : null
    return { login, ...(await importKeyPair(new Secret(privateKey), secret, 'imported')) }
  } catch (error) {
    if (!(error instanceof UnusableKey)) throw error
    refuse(error.concerns === 'key' ? 'privateKey' : 'passphrase', error.message)
  }
}
