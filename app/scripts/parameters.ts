import { isParameterNumber, isParameterText } from '#engine/scripts/parameters'
import { refuse } from '#app/core/exceptions/refusal'

export const parameterTypes = ['text', 'number', 'choice', 'switch', 'secret'] as const

export type ParameterType = (typeof parameterTypes)[number]

export const parameterTypeLabels: Record<ParameterType, string> = {
  text: 'Text',
  number: 'Number',
  choice: 'One of a list',
  switch: 'Yes or no',
  secret: 'Secret',
}

/**
 * A value that a script asks for. It reaches the script as an environment variable of its name.
 */
export interface Parameter {
  name: string
  type: ParameterType
  /** What it is for, in a few words. */
  label: string | null
  /** What stands in the field at first; never for a secret. */
  defaultValue: string | null
  required: boolean
  /** What can be chosen, for `choice`. */
  choices: string[]
}

/** A value as a bulk run got it; null for one that stays secret. */
export interface GivenParameter {
  name: string
  value: string | null
}

export interface GivenValues {
  values: Record<string, string>
  secrets: Record<string, string>
}

/**
 * What a person gave for the parameters of a script, each held to its type. A switch is `yes` or
 * `no`; what may be left empty and is, is an empty text.
 *
 * @throws a refusal for the field of the first that does not fit
 */
export function takeValues(
  parameters: readonly Parameter[],
  given: { values: Record<string, unknown>; secrets: Record<string, unknown> }
): GivenValues {
  const taken: GivenValues = { values: {}, secrets: {} }
  for (const parameter of parameters) {
    const { name, type } = parameter
    const [source, target, field] =
      type === 'secret'
        ? [given.secrets, taken.secrets, `secrets.${name}`]
        : [given.values, taken.values, `parameters.${name}`]
    const text = Object.hasOwn(source, name) ? source[name] : null
    const problem = problemOf(parameter, text)
    if (problem) refuse(field, problem)
    target[name] = type === 'switch' ? (text ? 'yes' : 'no') : ((text as string | null) ?? '')
  }
  return taken
}

/**
 * What is wrong with a value for a parameter, in words; null when nothing is.
 */
export function problemOf({ type, required, choices }: Parameter, value: unknown): string | null {
  if (type === 'switch') return null
  if (value === null || value === undefined || value === '') {
    return required ? 'Give a value.' : null
  }
  if (!isParameterText(value)) return 'Give one line of text.'
  if (type === 'number' && !isParameterNumber(value)) return 'Give a number, such as 12 or 0.5.'
  if (type === 'choice' && !choices.includes(value)) return 'Choose one of the list.'
  return null
}
