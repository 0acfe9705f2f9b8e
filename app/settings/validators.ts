import vine from '@vinejs/vine'
import { isHost } from '#engine/system/grammar'
import { grammar, wholeNumber } from '#app/core/grammar_rule'
import { readSender } from '#app/settings/mail_address'
import { smtpSecurities } from '#app/settings/models/panel_settings'

const held = (most: number, accepts: (value: string) => boolean, message: string) =>
  vine.string().maxLength(most).use(grammar({ accepts, message })).nullable().optional()

const oneLine = (value: string) => !/[\p{Cc}\u2028\u2029]/u.test(value)

/**
 * Whether a text is where a panel is: http or https, a host, perhaps a port, and nothing else, in
 * the form that browsers send as an origin (RFC 6454, 6.2).
 */
export function isPanelUrl(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text
}

export const generalSettingsValidator = vine.create({
  baseUrl: held(
    255,
    isPanelUrl,
    'Give scheme and host alone, in lower case and without a slash at the end, such as https://panel.example.com.'
  ),
  signUp: vine.enum(['on', 'off']),
})

export const mailSettingsValidator = vine.create({
  smtpHost: held(253, isHost, 'Give a host name or an address alone, such as smtp.example.com.'),
  smtpPort: wholeNumber([1, 65535]),
  smtpSecurity: vine.enum(smtpSecurities),
  smtpUsername: held(254, oneLine, 'Give one line of text.'),
  password: held(500, oneLine, 'Give one line of text.'),
  withoutLogin: vine.accepted().optional(),
  mailFrom: held(
    254,
    (value) => readSender(value) !== null,
    'Give an address, such as muster@example.com or Muster <muster@example.com>.'
  ),
})

export const networkSettingsValidator = vine.create({
  egressAllowed: vine.string().maxLength(10_000).nullable().optional(),
})

export const retentionSettingsValidator = vine.create({
  runRetentionDays: wholeNumber([7, 3650]),
  activityRetentionDays: wholeNumber([7, 3650]),
})
