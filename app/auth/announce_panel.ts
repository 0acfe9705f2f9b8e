import { networkInterfaces } from 'node:os'
import { appUrl, listenHost } from '#config/app'
import { isUnclaimed, issueSetupToken } from '#app/auth/setup_token'

/**
 * Prints where the panel is and, while it has no owner, the one-time link that claims it.
 */
export async function announcePanel() {
  const lines = ['', `  Muster is up: ${appUrl}`]
  if (await isUnclaimed()) {
    const path = `/setup?token=${await issueSetupToken()}`
    lines.push('', '  It has no owner yet. Open this link once to claim it:', `  ${appUrl}${path}`)
    const elsewhere = addressesElsewhere()
    if (elsewhere.length > 0) {
      lines.push('', '  From another machine:', ...elsewhere.map((url) => `  ${url}${path}`))
    }
  }
  lines.push('', '  Ctrl-C stops it.')
  process.stdout.write(`${lines.join('\n')}\n\n`)
}

/**
 * Where other machines reach a panel that listens on all addresses and was given no name.
 */
function addressesElsewhere(): string[] {
  const url = new URL(appUrl)
  if (url.hostname !== 'localhost' || !['0.0.0.0', '::'].includes(listenHost)) return []
  return Object.values(networkInterfaces())
    .flat()
    .filter((address) => address?.family === 'IPv4' && !address.internal)
    .slice(0, 3)
    .map((address) => `${url.protocol}//${address!.address}:${url.port}`)
}
