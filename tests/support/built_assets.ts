import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ApplicationService } from '@adonisjs/core/types'

const root = join(import.meta.dirname, '../..')
const MANIFEST = 'public/assets/.vite/manifest.json'
const SOURCES = ['vite.config.ts', 'package-lock.json', 'resources/css', 'resources/js']

/**
 * Builds the pages' scripts and styles when one of their sources is newer than the last build.
 */
export async function buildAssets(): Promise<void> {
  const built = existsSync(join(root, MANIFEST)) ? statSync(join(root, MANIFEST)).mtimeMs : 0
  if (SOURCES.every((source) => newest(join(root, source)) <= built)) return
  const { build } = await import('vite')
  await build({ root, logLevel: 'error' })
}

/**
 * Makes pages use the built scripts and styles, as in production, instead of a development server.
 */
export function useBuiltAssets(app: ApplicationService): void {
  app.booted(async () => {
    const vite = await app.container.make('vite')
    vite.createDevServer = async () => {}
  })
}

/** When the youngest file of a path was changed, in milliseconds since the epoch. */
function newest(path: string): number {
  const own = statSync(path)
  if (!own.isDirectory()) return own.mtimeMs
  const children = readdirSync(path).map((name) => newest(join(path, name)))
  return Math.max(own.mtimeMs, ...children)
}
