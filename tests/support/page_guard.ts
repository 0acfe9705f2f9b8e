import { decoratorsCollection } from '@japa/browser-client'
import type { PluginFn } from '@japa/runner/types'
import type { BrowserContext } from 'playwright'

let problems: string[] = []
let expected: RegExp[] = []

/**
 * Announces a problem the running test brings about on purpose, such as the browser's own line
 * about a 404. The test fails when it does not occur.
 */
export function expectPageProblem(pattern: RegExp): void {
  expected.push(pattern)
}

/**
 * Fails every browser test during which a page, in whatever context, wrote an error to the
 * console, threw without catching, or broke the content security policy.
 */
export function pageGuard({ runInSuites }: { runInSuites: string[] }): PluginFn {
  return ({ runner }) => {
    watchEveryContext()
    runner.onSuite((suite) => {
      if (!runInSuites.includes(suite.name)) return
      suite.onGroup((group) => void group.each.setup(guard))
      suite.onTest((test) => void test.setup(guard))
    })
  }
}

function guard() {
  problems = []
  expected = []
  return () => {
    const unexpected = problems.filter((line) => !expected.some((pattern) => pattern.test(line)))
    const missing = expected.filter((pattern) => !problems.some((line) => pattern.test(line)))
    const lines = [...unexpected, ...missing.map((pattern) => `${pattern} did not occur`)]
    if (lines.length > 0) {
      throw new Error(`Pages had problems during this test:\n${lines.join('\n')}`)
    }
  }
}

/**
 * Watches a context that a test made itself; those of the `browser` fixture are watched already.
 */
export function watchContext(context: BrowserContext): void {
  context.on('console', (message) => {
    if (message.type() !== 'error') return
    problems.push(`console: ${message.text()} (${message.page()?.url() ?? 'no page'})`)
  })
  context.on('weberror', (error) => problems.push(`uncaught: ${error.error().message}`))
  void context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`)
    })
  })
}

function watchEveryContext() {
  decoratorsCollection.register({ context: watchContext })
}
