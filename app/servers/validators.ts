import vine from '@vinejs/vine'
import { isHost, isUnixUser } from '#engine/system/grammar'
import { grammar, title, wholeNumber } from '#app/core/grammar_rule'

export const addServerValidator = vine.create({
  name: title(80),
  host: vine.string().use(
    grammar({
      accepts: isHost,
      message: 'Give a host name or an IP address, without a scheme or a path.',
    })
  ),
  port: wholeNumber([1, 65535]),
  username: vine.string().use(
    grammar({
      accepts: isUnixUser,
      message: 'Give the name of a user on the server, such as root or deploy.',
    })
  ),
})

export const connectServerValidator = vine.create({
  fingerprint: vine.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/),
  password: vine.string().maxLength(200).nullable().optional(),
})

export const removeServerValidator = vine.create({
  confirm: vine.string().maxLength(80),
})
