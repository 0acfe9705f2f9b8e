import vine from '@vinejs/vine'
import type { FieldContext } from '@vinejs/vine/types'

interface Grammar {
  accepts: (value: string) => boolean
  message: string
}

/**
 * Holds a field to one of the engine's grammars, the same that guards the sink where the value is
 * used. It accepts or refuses; it never changes the value.
 */
export const grammar = vine.createRule((value: unknown, options: Grammar, field: FieldContext) => {
  if (typeof value === 'string' && !options.accepts(value)) {
    field.report(options.message, 'grammar', field)
  }
})
