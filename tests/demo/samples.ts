import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The tree of a commit: contents by path. */
export type Tree = Record<string, string>

const COLOURS = ['#3b5bdb', '#0c8599', '#2b8a3e', '#d9480f', '#a61e4d', '#6741d9']

/** A Node app without dependencies, built by `node build.js` and started by `node server.js`. */
export function sampleApp(
  content: { headline?: string; colour?: string; pages?: number } = {}
): Tree {
  const tree = treeOf('sample_app')
  const changed = { ...JSON.parse(tree['content.json']), ...content }
  return { ...tree, 'content.json': `${JSON.stringify(changed, null, 2)}\n` }
}

/** The app as it is after its `count`th change: another headline, another colour. */
export function changedApp(count: number): Tree {
  return sampleApp({ headline: `Change ${count} is live`, colour: COLOURS[count % COLOURS.length] })
}

/** The app with a mistake that only shows when it runs: its health check answers 500. */
export function unhealthyApp(): Tree {
  const tree = sampleApp({ headline: 'Never to be seen', pages: 4 })
  const server = tree['server.js'].replace('response.writeHead(200', 'response.writeHead(500')
  return { ...tree, 'server.js': server }
}

/** The app with a build that fails halfway. */
export function unbuildableApp(): Tree {
  const tree = sampleApp({ pages: 4 })
  const mistake = "throw new Error('styles.css: unclosed block on line 31')\n"
  return { ...tree, 'build.js': tree['build.js'].replace("await mkdir('dist'", `${mistake}$&`) }
}

/** A site that is served as it is, from `public`. */
export function sampleSite(): Tree {
  return treeOf('sample_site')
}

function treeOf(name: string): Tree {
  const root = join(import.meta.dirname, name)
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(root.length + 1), readFileSync(file, 'utf8')])
  )
}
