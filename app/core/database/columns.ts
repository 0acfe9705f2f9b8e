import { DateTime } from 'luxon'
import { column } from '@adonisjs/lucid/orm'
import encryption from '@adonisjs/core/services/encryption'
import { Secret } from '#engine/shell/secret'

/**
 * A moment, stored as milliseconds since the Unix epoch: the same number on every database,
 * without zones or lost milliseconds. The property is a luxon `DateTime` in UTC.
 */
export function moment() {
  return column({
    prepare: (value: DateTime | null | undefined) => value?.toMillis() ?? null,
    consume: (value: number | string | null) =>
      value === null || value === undefined ? null : DateTime.fromMillis(Number(value)).toUTC(),
    serialize: (value: DateTime | null) => value?.toISO() ?? null,
  })
}

/**
 * A value stored as JSON text. The property has whatever shape the model declares.
 */
export function json() {
  return column({
    prepare: (value: unknown) =>
      value === null || value === undefined ? null : JSON.stringify(value),
    consume: (value: string | null) =>
      typeof value === 'string' ? JSON.parse(value) : (value ?? null),
  })
}

/**
 * A secret, encrypted at rest with SECRETS_KEY and bound to `purpose` (one per column), so that
 * a value copied into another column does not decrypt (and in an object, because the encryptor
 * gives back an empty text as nothing). The property is a `Secret`, which never
 * prints, and it is left out of serialisation.
 *
 * @throws when a stored value cannot be decrypted: a wrong SECRETS_KEY must never look like "no secret"
 */
export function secret(options: { purpose: string }) {
  const { purpose } = options
  return column({
    serializeAs: null,
    prepare: (value: Secret | null | undefined) =>
      value ? encryption.use('secrets').encrypt({ text: value.reveal() }, { purpose }) : null,
    consume: (value: string | null) => {
      if (value === null || value === undefined) return null
      const plain = encryption.use('secrets').decrypt<{ text: string }>(value, purpose)
      if (plain === null) {
        throw new Error(
          `The stored ${purpose} cannot be decrypted. SECRETS_KEY is not the key it was written with; restore that key.`
        )
      }
      return new Secret(plain.text)
    },
  })
}
