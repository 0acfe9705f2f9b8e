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
      value === null || value === undefined
        ? null
        : DateTime.fromMillis(Number(value), { zone: 'utc' }),
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
 * What a column that holds encrypted text says about itself, as Lucid's `meta`: it is how
 * `node ace secrets:rotate` finds it.
 */
export interface SealedMeta {
  readonly sealedFor: string
}

/**
 * Encrypted text, which the model gives and takes as it is stored: for what `seal` made and only
 * `unseal` of the same `purpose` (one per column) opens. For contents too large or too private to
 * be decrypted whenever a row is read; else use `secret`.
 */
export function sealed(options: { purpose: string }) {
  return column({ serializeAs: null, meta: metaOf(options) })
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
    meta: metaOf(options),
    prepare: (value: Secret | null | undefined) =>
      value ? seal({ text: value.reveal() }, purpose) : null,
    consume: (value: string | null) =>
      value === null || value === undefined
        ? null
        : new Secret(unseal<{ text: string }>(value, purpose).text),
  })
}

/**
 * Encrypts an object with SECRETS_KEY for a column of this purpose.
 */
export function seal(content: object, purpose: string): string {
  return encryption.use('secrets').encrypt(content, { purpose })
}

/**
 * Decrypts what `seal` made, with SECRETS_KEY or a former one.
 *
 * @throws when none of the keys is the one it was made with, or the purpose is another
 */
export function unseal<T extends object>(stored: string, purpose: string): T {
  const content = encryption.use('secrets').decrypt<T>(stored, purpose)
  if (content !== null) return content
  throw new Error(
    `The stored ${purpose} cannot be decrypted. SECRETS_KEY is not the key it was written with; restore that key.`
  )
}

function metaOf({ purpose }: { purpose: string }): SealedMeta {
  return { sealedFor: purpose }
}
