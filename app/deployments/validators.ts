import vine from '@vinejs/vine'
import { isCommit } from '#engine/system/grammar'
import { grammar } from '#app/core/grammar_rule'

export const deployValidator = vine.create({
  commit: vine
    .string()
    .use(grammar({ accepts: isCommit, message: 'Give the whole name of a commit.' }))
    .nullable()
    .optional(),
})
