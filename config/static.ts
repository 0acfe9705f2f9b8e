import { defineConfig } from '@adonisjs/static'

/** What the build names after its content: it never changes under its name. */
const NAMED_BY_CONTENT = /[\\/]assets[\\/][^\\/]+-[\w-]{8}\.\w+$/

export default defineConfig({
  enabled: true,
  etag: true,
  lastModified: true,
  dotFiles: 'ignore',
  headers: (path): Record<string, string> =>
    NAMED_BY_CONTENT.test(path) ? { 'Cache-Control': 'public, max-age=31536000, immutable' } : {},
})
