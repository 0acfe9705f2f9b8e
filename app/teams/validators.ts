import vine from '@vinejs/vine'
import { title } from '#app/core/grammar_rule'

export const teamValidator = vine.create({
  name: title(80),
})

export const transferTeamValidator = vine.create({
  memberId: vine.string().maxLength(26),
  teamName: vine.string().maxLength(80),
})

export const removeTeamValidator = vine.create({
  confirm: vine.string().maxLength(80),
})
