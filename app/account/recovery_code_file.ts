import { panelSettings } from '#app/settings/models/panel_settings'
import type User from '#app/users/models/user'

/**
 * The text of a file of recovery codes.
 *
 * @param codes one a line
 */
export async function recoveryCodeFile({ email }: User, codes: string): Promise<string> {
  const { url } = await panelSettings()
  const lines = [
    `Recovery codes of ${email}`,
    `for Muster at ${url}`,
    '',
    ...codes.split(/\r?\n/),
    '',
    'Each gets you in once, after your password, in place of your app or passkey.',
  ]
  return `${lines.join('\n')}\n`
}
