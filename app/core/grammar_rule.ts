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

/**
 * A name that people give: one line, 1 to `most` characters, no space around it.
 */
export function title(most: number) {
  return vine
    .string()
    .minLength(1)
    .maxLength(most)
    .use(
      grammar({
        accepts: (value) => /^[^\s\p{Cc}](?:[^\p{Cc}\u2028\u2029]*[^\s\p{Cc}])?$/u.test(value),
        message: 'Give one line of text without spaces around it.',
      })
    )
}

/**
 * A whole number within a range.
 */
export function wholeNumber(range: [number, number]) {
  return vine
    .number()
    .parse((value) => (typeof value === 'object' ? undefined : value))
    .withoutDecimals()
    .range(range)
}
