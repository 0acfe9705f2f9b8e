import { writeFileSync } from 'node:fs'
import type { PluginFn } from '@japa/runner/types'

/**
 * Counts tests and writes the counts as JSON (`{ passed, failed, skipped, failures }`) to a file
 * when the run ends, for `npm test` to add up. Without a file name it does nothing.
 */
export function resultFile(file: string | undefined): PluginFn {
  return ({ emitter }) => {
    if (!file) return
    const results = { passed: 0, failed: 0, skipped: 0, failures: [] as string[] }
    const fail = (title: string) => {
      results.failed++
      results.failures.push(title)
    }

    emitter.on('test:end', ({ hasError, isSkipped, isTodo, title }) => {
      if (hasError) fail(title.expanded)
      else if (isSkipped || isTodo) results.skipped++
      else results.passed++
    })
    emitter.on('group:end', ({ errors, title }) => {
      for (const { phase } of errors) fail(`${phase} of the group "${title}"`)
    })
    emitter.on('suite:end', ({ errors, name }) => {
      for (const { phase } of errors) fail(`${phase} of the suite "${name}"`)
    })
    emitter.on('runner:end', () => writeFileSync(file, JSON.stringify(results)))
  }
}
