import vine from '@vinejs/vine'
import { title } from '#app/core/grammar_rule'
import { roles } from '#app/teams/roles'

const sees = () => vine.enum(['everything', 'granted'])

const ids = () => vine.array(vine.string().maxLength(26)).maxLength(2000).optional()

export const invitePersonValidator = vine.create({
  email: vine.string().email().maxLength(254),
  role: vine.enum(roles),
  sees: sees(),
})

export const changeRoleValidator = vine.create({
  role: vine.enum(roles),
})

export const changeAccessValidator = vine.create({
  sees: sees(),
  servers: ids(),
  projects: ids(),
})

export const newPersonValidator = vine.create({
  fullName: title(120),
  password: vine.string().minLength(12).maxLength(200),
})
