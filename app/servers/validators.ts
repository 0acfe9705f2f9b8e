import vine from '@vinejs/vine'
import { SOFTWARE } from '#engine/provision/prepare_server'
import { isHost, isUnixUser } from '#engine/system/grammar'
import { grammar, title, wholeNumber } from '#app/core/grammar_rule'
import { colours } from '#app/servers/colours'
import { ownLogins, serverLogins } from '#app/servers/logins'

const id = () => vine.string().maxLength(26)
const optionalId = () => id().nullable().optional()
const ids = (most: number) => vine.array(id()).maxLength(most).nullable().optional()

const address = {
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
  jumpServerId: optionalId(),
}

/** A private key is written once and never shown again. */
const ownKey = {
  privateKey: vine.string().maxLength(20_000).nullable().optional(),
  passphrase: vine.string().maxLength(1000).nullable().optional(),
}

const labels = {
  groupId: optionalId(),
  tags: ids(100),
}

export const addServerValidator = vine.create({
  name: title(80),
  ...address,
  login: vine.enum(serverLogins).nullable().optional(),
  sshKeyId: optionalId(),
  ...ownKey,
  ...labels,
})

export const updateServerValidator = vine.create({
  name: title(80),
  ...labels,
})

export const moveServerValidator = vine.create(address)

export const proposeKeyValidator = vine.create({
  login: vine.enum(ownLogins).nullable().optional(),
  ...ownKey,
})

export const connectServerValidator = vine.create({
  fingerprint: vine.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/),
  password: vine.string().maxLength(200).nullable().optional(),
})

export const repinServerValidator = vine.create({
  fingerprint: vine.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/),
})

export const removeServerValidator = vine.create({
  confirm: vine.string().maxLength(80),
})

export const tagValidator = vine.create({
  name: title(40),
  colour: vine.enum(colours),
})

export const groupValidator = vine.create({
  name: title(60),
  colour: vine.enum(colours),
})

export const saveFilterValidator = vine.create({
  name: title(60),
  query: vine.string().maxLength(4000).nullable().optional(),
})

/** Which servers something is to be done with: those checked, or all that a filter lets through. */
const selection = {
  servers: ids(1000),
  matching: vine.literal('1').nullable().optional(),
}

export const selectionValidator = vine.create(selection)

export const tagServersValidator = vine.create({
  ...selection,
  tag: id(),
  mode: vine.enum(['add', 'remove']),
})

export const groupServersValidator = vine.create({
  ...selection,
  into: optionalId(),
})

export const preparationValidator = vine.create({
  /** Sent by forms that have boxes for the software, so that none checked means none. */
  chosen: vine.string().optional(),
  software: vine.array(vine.enum(SOFTWARE)).maxLength(SOFTWARE.length).optional(),
})
