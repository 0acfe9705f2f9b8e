import vine from '@vinejs/vine'
import { isCommit } from '#engine/system/grammar'
import { grammar, title } from '#app/core/grammar_rule'

/**
 * What someone says who asks for a deployment: why, and of exactly which commit.
 */
export const askValidator = vine.create({
  reason: title(200).nullable().optional(),
  commit: vine
    .string()
    .use(grammar({ accepts: isCommit, message: 'Give the whole name of a commit.' }))
    .nullable()
    .optional(),
})
