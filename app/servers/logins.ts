import { Secret } from '#engine/shell/secret'
import { importKeyPair } from '#engine/ssh/import_key'
import { generateKeyPair, type KeyPair } from '#engine/ssh/key_pair'
import { UnusableKey } from '#engine/ssh/unusable_key'
import { refuse } from '#app/core/exceptions/refusal'
import SshKey from '#app/ssh_keys/models/ssh_key'
import type { Scope } from '#app/teams/scope'

/** Where the key pair that a server is logged in with can be from. */
export const serverLogins = ['generated', 'imported', 'shared'] as const

/** Those of a key pair that a server has to itself. */
export const ownLogins = ['generated', 'imported'] as const

export type ServerLogin = (typeof serverLogins)[number]

/** Where a key pair is from, in the words of pages. */
export const serverLoginLabels: Record<ServerLogin, string> = {
  generated: 'made by Muster for this server',
  imported: 'imported',
  shared: 'a key pair of the team',
}

/** What a form says of the key pair. */
export interface LoginChoice {
  login: ServerLogin
  /** The team's key pair, for `shared`. */
  sshKeyId: string | null
  privateKey: string | null
  passphrase: string | null
}

/** What a form left empty is a key pair that Muster makes. */
export function loginChoiceOf(fields: Partial<Record<keyof LoginChoice, string | null>>) {
  return {
    login: serverLogins.find((each) => each === fields.login) ?? 'generated',
    sshKeyId: fields.sshKeyId ?? null,
    privateKey: fields.privateKey ?? null,
    passphrase: fields.passphrase ?? null,
  }
}

/** A key pair for a server, and where it is from. */
export interface ChosenKey extends KeyPair {
  login: ServerLogin
  sshKeyId: string | null
}

/**
 * The key pair that a form asks for: a new one, the one that was pasted, or one of the team's.
 *
 * @throws a refusal for the field that does not fit
 */
export async function keyPairOf(scope: Scope, choice: LoginChoice): Promise<ChosenKey> {
  const { login, privateKey, passphrase } = choice
  if (login === 'shared') return sharedPair(scope, choice.sshKeyId)
  if (login === 'generated') return { login, sshKeyId: null, ...generateKeyPair('muster') }
  if (!privateKey) refuse('privateKey', 'Paste the private key.')
  try {
    const secret = passphrase ? new Secret(passphrase) : null
    return { login, sshKeyId: null, ...importKeyPair(new Secret(privateKey), secret, 'imported') }
  } catch (error) {
    if (!(error instanceof UnusableKey)) throw error
    refuse(error.concerns === 'key' ? 'privateKey' : 'passphrase', error.message)
  }
}

/** The team's key pairs that servers can be logged in with. */
export function sharedPairs(scope: Scope) {
  return SshKey.within(scope).whereNull('retired_at').whereNotNull('private_key')
}

async function sharedPair(scope: Scope, sshKeyId: string | null): Promise<ChosenKey> {
  const key = await sharedPairs(scope)
    .where('id', sshKeyId ?? '')
    .first()
  if (!key?.privateKey) refuse('sshKeyId', 'Choose one of the team’s key pairs.')
  const { privateKey, publicKey } = key
  return { login: 'shared', sshKeyId: key.id, privateKey, publicKey }
}
