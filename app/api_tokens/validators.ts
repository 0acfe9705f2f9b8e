import vine from '@vinejs/vine'
import { title } from '#app/core/grammar_rule'
import { tokenAbilities, tokenLifetimes } from '#app/api_tokens/abilities'

export const createTokenValidator = vine.create({
  name: title(80),
  abilities: vine.array(vine.enum(tokenAbilities)).minLength(1).distinct(),
  projectId: vine.string().maxLength(26).optional().nullable(),
  lifetimeDays: vine.enum(tokenLifetimes.map(String)),
})
