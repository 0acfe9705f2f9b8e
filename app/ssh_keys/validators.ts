import vine from '@vinejs/vine'
import { isUnixUser } from '#engine/system/grammar'
import { grammar, title } from '#app/core/grammar_rule'
import { isComingDay } from '#app/ssh_keys/expiry'

const expiresOn = () =>
  vine
    .string()
    .maxLength(10)
    .use(
      grammar({
        accepts: isComingDay,
        message: 'Give a day that is still to come, such as 2030-01-31, or leave it empty.',
      })
    )
    .nullable()
    .optional()

const ids = () => vine.array(vine.string().maxLength(26)).minLength(1).maxLength(1000)

const unixUser = () =>
  vine
    .string()
    .use(
      grammar({
        accepts: isUnixUser,
        message: 'Give the name of a user on the servers, such as deploy.',
      })
    )
    .nullable()
    .optional()

export const generateKeyValidator = vine.create({
  name: title(80),
  type: vine.enum(['ed25519', 'rsa'] as const),
  expiresOn: expiresOn(),
})

export const importKeyValidator = vine.create({
  name: title(80),
  privateKey: vine.string().maxLength(40_000),
  passphrase: vine.string().maxLength(1024).nullable().optional(),
  expiresOn: expiresOn(),
})

export const updateKeyValidator = vine.create({ name: title(80), expiresOn: expiresOn() })

export const removeKeyValidator = vine.create({ confirm: vine.string().maxLength(80) })

export const publicKeyValidator = vine.create({
  name: title(80),
  publicKey: vine.string().maxLength(8192),
  expiresOn: expiresOn(),
})

export const installKeyValidator = vine.create({
  servers: ids(),
  unixUser: unixUser(),
  removedOnExpiry: vine
    .enum(['on'] as const)
    .nullable()
    .optional(),
})

export const shareKeyValidator = vine.create({ servers: ids() })

export const rotateKeyValidator = vine.create({ expiresOn: expiresOn() })

export const removalsValidator = vine.create({ installations: ids() })
