import { refuse } from '#app/core/exceptions/refusal'
import type { ScriptInput } from '#app/scripts/actions/save_script'
import { problemOf, type Parameter } from '#app/scripts/parameters'
import type { scriptValidator } from '#app/scripts/validators'

type Sent = Awaited<ReturnType<(typeof scriptValidator)['validate']>>
type SentParameter = NonNullable<Sent['parameters']>[number]

/**
 * A script as its form sent it. Rows of parameters without a name are empty rows.
 *
 * @throws a refusal for the field of a parameter that does not hold together
 */
export function scriptInputOf(sent: Sent): ScriptInput {
  const parameters: Parameter[] = []
  for (const [index, row] of (sent.parameters ?? []).entries()) {
    if (!row.name) continue
    if (parameters.some(({ name }) => name === row.name)) {
      refuse(`parameters.${index}.name`, 'Another parameter has this name.')
    }
    parameters.push(parameterOf(row, row.name, index))
  }
  return {
    name: sent.name,
    description: sent.description ?? null,
    interpreter: sent.interpreter,
    body: sent.body,
    parameters,
    runAs: sent.runAs,
    runAsUser: sent.runAs === 'user' ? (sent.runAsUser ?? null) : null,
    timeoutSeconds: sent.timeoutSeconds,
    asksFirst: sent.asksFirst === 'on',
  }
}

function parameterOf(row: SentParameter, name: string, index: number): Parameter {
  const choices = row.type === 'choice' ? listOf(row.choices) : []
  if (row.type === 'choice' && choices.length < 2) {
    refuse(`parameters.${index}.choices`, 'Give at least two, parted by commas.')
  }
  const parameter: Parameter = {
    name,
    type: row.type,
    label: row.label ?? null,
    defaultValue: row.type === 'secret' ? null : (row.defaultValue ?? null),
    required: row.required === 'on',
    choices,
  }
  const problem = problemOf({ ...parameter, required: false }, parameter.defaultValue)
  if (problem) refuse(`parameters.${index}.defaultValue`, problem)
  return parameter
}

function listOf(text: string | null | undefined): string[] {
  const parts = (text ?? '').split(',').map((part) => part.trim())
  return [...new Set(parts.filter(Boolean))]
}
