import type { CommittedFile } from '#tests/fleet/git_server'

/**
 * A Node app without dependencies: says which release it is, and does as its variables tell.
 */
export function nodeApp(
  release: string,
  options: { broken?: boolean } = {}
): Record<string, CommittedFile> {
  const status = options.broken ? 500 : 200
  return {
    'server.js': `const http = require('node:http')
const server = http.createServer((request, response) => {
  response.statusCode = ${status}
  response.end(JSON.stringify({ release: '${release}', greeting: process.env.GREETING ?? null }))
})
server.listen(process.env.PORT, process.env.HOST)
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
