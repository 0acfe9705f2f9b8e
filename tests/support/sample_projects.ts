import type { CommittedFile } from '#tests/fleet/git_server'
import type { NpmManifest } from '#tests/support/npm_cache'

/**
 * An Express app: says which release it is and what its variable GREETING holds.
 *
 * @param manifest package.json and the lock file that bring Express
 */
export function expressApp(
  manifest: NpmManifest,
  release: string,
  options: { broken?: boolean } = {}
): Record<string, CommittedFile> {
  const status = options.broken ? 500 : 200
  return {
    ...manifest,
    'server.js': `const express = require('express')
const app = express()
app.get('/', (request, response) => {
  response.status(${status})
  response.json({ release: '${release}', greeting: process.env.GREETING ?? null })
})
const server = app.listen(process.env.PORT, process.env.HOST)
process.on('SIGTERM', () => server.close(() => process.exit(0)))
`,
    'build.js': `require('node:fs').writeFileSync('built.txt', '${release}\\n')
console.log('built ${release}')
`,
  }
}

/**
 * A static site with one page and a stylesheet in \`public/\`.
 */
export function staticSite(release: string): Record<string, CommittedFile> {
  return {
    'public/index.html': `<!doctype html><title>${release}</title><p>${release}</p>\n`,
    'public/style.css': 'p { font: 16px sans-serif }\n',
    'README.md': 'A site.\n',
  }
}
