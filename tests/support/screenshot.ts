import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'

const directory = join(import.meta.dirname, '../../tmp/screenshots')

/**
 * Keeps what a page shows as `tmp/screenshots/<title>.png`, to look at after a test failed, and
 * prints where.
 */
export async function keepScreenshot(page: Page, title: string): Promise<void> {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `${title.replace(/[^a-z0-9]+/gi, '-').slice(0, 80)}.png`)
  await page.screenshot({ path, fullPage: true })
  process.stderr.write(`${page.url()} is kept as ${path}\n`)
}
