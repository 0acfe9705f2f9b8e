import vine from '@vinejs/vine'
import { isTimeZone } from '#app/account/time_zones'
import { grammar, title } from '#app/core/grammar_rule'
import { mailedDeployments, themes } from '#app/users/models/user'

const theme = () => vine.enum(themes)

export const updateProfileValidator = vine.create({
  fullName: title(120),
  timeZone: vine
    .string()
    .use(grammar({ accepts: isTimeZone, message: 'Choose a time zone from the list.' }))
    .optional(),
  theme: theme(),
  mailedDeployments: vine.enum(mailedDeployments),
})

export const updateThemeValidator = vine.create({ theme: theme() })

export const updateEmailValidator = vine.create({
  email: vine.string().email().maxLength(254),
})

export const updatePasswordValidator = vine.create({
  currentPassword: vine.string().maxLength(200),
  password: vine.string().minLength(12).maxLength(200),
})

export const confirmAuthenticatorValidator = vine.create({ code: vine.string().maxLength(200) })

const CODES = /^[a-z0-9]{4}(?:-[a-z0-9]{4}){2}(?:\r?\n[a-z0-9]{4}(?:-[a-z0-9]{4}){2}){0,9}$/

export const recoveryCodeFileValidator = vine.create({
  codes: vine.string().regex(CODES),
})

export const passkeyNameValidator = vine.create({ name: title(80) })

export const addPasskeyValidator = vine.create({
  name: title(80),
  response: vine.string(),
})
