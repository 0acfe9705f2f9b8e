import vine from '@vinejs/vine'
import { isServiceName } from '#engine/system/systemd'
import { grammar, title, wholeNumber } from '#app/core/grammar_rule'
import { readyActionNames } from '#app/bulk_runs/ready_actions'
import { executionFields } from '#app/scripts/validators'

/** How many servers one bulk run may have. */
export const MOST_TARGETS = 1000

/** Where something runs, and how it goes over the servers. */
const bulkFields = {
  servers: vine.array(vine.string().maxLength(26)).maxLength(MOST_TARGETS).optional(),
  concurrency: wholeNumber([1, 200]),
  canary: wholeNumber([0, 100]),
  waveSize: wholeNumber([0, MOST_TARGETS]),
  stopAfter: wholeNumber([0, MOST_TARGETS]),
  once: vine.string().regex(/^[0-9A-Z]{26}$/),
}

export const commandRunValidator = vine.create({
  ...executionFields,
  ...bulkFields,
  name: title(80).nullable().optional(),
  asksFirst: vine.literal('on').optional(),
})

export const scriptRunValidator = vine.create({
  ...bulkFields,
  parameters: vine.object({}).allowUnknownProperties().optional(),
  secrets: vine.object({}).allowUnknownProperties().optional(),
})

export const actionRunValidator = vine.create({
  ...bulkFields,
  action: vine.enum(readyActionNames),
  service: vine
    .string()
    .use(grammar({ accepts: isServiceName, message: 'Give the name of a service, such as nginx.' }))
    .optional()
    .requiredWhen('action', '=', 'restart'),
})
