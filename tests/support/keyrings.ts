import { configProvider } from '@adonisjs/core'
import { drivers } from '@adonisjs/core/encryption'
import app from '@adonisjs/core/services/app'
import type { EncryptionConfig } from '@adonisjs/core/types/encryption'
import { Keyring } from '#app/secrets/keyring'

/** What the encryptor of stored secrets is configured with, for keys of a test's own. */
export async function secretsConfig(keys: string[]): Promise<EncryptionConfig> {
  const provider = drivers.chacha20({ keys, id: 'sec' })
  return (await configProvider.resolve<EncryptionConfig>(app, provider))!
}

/** A keyring of these keys, the current one first. */
export async function keyringOf(...keys: string[]): Promise<Keyring> {
  return new Keyring(await secretsConfig(keys))
}

/** What one key makes of a stored value; null when it does not open it. */
export async function openWith<T>(
  key: string,
  stored: string,
  purpose?: string
): Promise<T | null> {
  const { driver } = await secretsConfig([key])
  return driver(key).decrypt<T>(stored, purpose)
}
