import vine from '@vinejs/vine'
import { BOUNDS, isProcessName, RESTART_POLICIES } from '#engine/processes/settings'
import { grammar, wholeNumber } from '#app/core/grammar_rule'

const name = () =>
  vine.string().use(
    grammar({
      accepts: isProcessName,
      message: 'Use up to 24 lower-case letters, digits, _ and -, beginning with a letter.',
    })
  )

const settings = {
  command: vine
    .string()
    .maxLength(2000)
    .use(
      grammar({
        accepts: (value) => !/[\r\n\0]/.test(value),
        message: 'Give one command on one line.',
      })
    )
    .nullable()
    .optional(),
  instances: wholeNumber([...BOUNDS.instances]),
  memoryMegabytes: wholeNumber([...BOUNDS.memoryMegabytes])
    .nullable()
    .optional(),
  cpuPercent: wholeNumber([...BOUNDS.cpuPercent])
    .nullable()
    .optional(),
  restart: vine.enum(RESTART_POLICIES),
  graceSeconds: wholeNumber([...BOUNDS.graceSeconds]),
}

/** What a form left empty. */
export const BLANKS = { command: null, memoryMegabytes: null, cpuPercent: null }

export const createProcessValidator = vine.create({ ...settings, name: name() })

export const updateProcessValidator = vine.create(settings)

export const processActValidator = vine.create({
  act: vine.enum(['start', 'stop', 'restart', 'apply'] as const),
  process: name().nullable().optional(),
  server: vine.string().maxLength(26).optional(),
  /** The one that the person saw as live. */
  release: vine.string().maxLength(26).optional(),
})

export const journalValidator = vine.create({
  process: name().nullable().optional(),
  server: vine.string().maxLength(26).optional(),
})

export const siteValidator = vine.create({
  act: vine.enum(['keep', 'overwrite'] as const),
  server: vine.string().maxLength(26),
  checksum: vine.string().regex(/^[0-9a-f]{64}$/),
})
