import app from '@adonisjs/core/services/app'
import { appUrl } from '#config/app'
import { isUnclaimed, issueSetupToken } from '#app/auth/setup_token'

/**
 * Prints where the panel is and, while it has no owner, the one-time link that claims it.
 */
export async function announcePanel() {
  const lines = ['', `  Muster is up: ${appUrl}`]
  if (await isUnclaimed()) {
    const token = await issueSetupToken()
    lines.push('', '  It has no owner yet. Open this link once to claim it:')
    lines.push(`  ${new URL('/setup', appUrl)}?token=${token}`)
  }
  if (app.inProduction) lines.push('', '  Ctrl-C stops it.')
  process.stdout.write(`${lines.join('\n')}\n\n`)
}
