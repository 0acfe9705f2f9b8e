import vine from '@vinejs/vine'
import { isParameterName, isParameterText } from '#engine/scripts/parameters'
import { interpreters } from '#engine/scripts/user_script'
import { isShellText, isUnixUser } from '#engine/system/grammar'
import { grammar, title, wholeNumber } from '#app/core/grammar_rule'
import { parameterTypes } from '#app/scripts/parameters'
import { runAsChoices } from '#app/scripts/run_as'

const held = (accepts: (value: string) => boolean, message: string) =>
  vine.string().use(grammar({ accepts, message }))

const line = () => held(isParameterText, 'Give one line of text.')

/** How something of a user's runs on a server. */
export const executionFields = {
  interpreter: vine.enum(interpreters),
  body: held(
    (text) => isShellText(text) && text.trim() !== '',
    'Write what is to run: text of up to 64 KiB.'
  ),
  runAs: vine.enum(runAsChoices),
  runAsUser: held(isUnixUser, 'Give the name of a user on the servers, such as www-data.')
    .optional()
    .requiredWhen('runAs', '=', 'user'),
  timeoutSeconds: wholeNumber([1, 86_400]),
}

export const scriptValidator = vine.create({
  ...executionFields,
  name: title(80),
  description: title(200).nullable().optional(),
  asksFirst: vine.literal('on').optional(),
  parameters: vine
    .array(
      vine.object({
        name: held(
          isParameterName,
          'Use capital letters, digits and underscores, and no name that shells give a meaning.'
        )
          .nullable()
          .optional(),
        type: vine.enum(parameterTypes),
        label: line().maxLength(120).nullable().optional(),
        defaultValue: line().maxLength(1000).nullable().optional(),
        choices: line().maxLength(1000).nullable().optional(),
        required: vine.literal('on').optional(),
      })
    )
    .maxLength(30)
    .optional(),
})

export const removeScriptValidator = vine.create({
  confirm: vine.string().maxLength(80),
})
