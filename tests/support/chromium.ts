import { chromium, type Browser, type LaunchOptions } from 'playwright'

/**
 * Starts the machine's own Chromium, quiet: it fetches, updates and reports nothing by itself.
 */
export function launchChromium(options: LaunchOptions): Promise<Browser> {
  return chromium.launch({
    ...options,
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
