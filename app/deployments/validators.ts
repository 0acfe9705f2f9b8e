import vine from '@vinejs/vine'
import { title } from '#app/core/grammar_rule'

/**
 * What someone says who asks for a deployment.
 */
export const askValidator = vine.create({
  reason: title(200).nullable().optional(),
})
