import type DeploymentRun from '#app/deployments/models/deployment_run'

/** The steps whose undoing puts back what visitors get. */
const SWITCHING = ['activate', 'workers']

/**
 * What a deployment that did not go well has left behind, where visitors may get no good answer
 * since: what was live before is not well either, or could not be put back. Null where all is well.
 *
 * @param rows its servers with their runs
 */
export function aftermathOf(rows: readonly DeploymentRun[]): string | null {
  const left = rows.flatMap((row) => {
    const words = wordsOf(row)
    return words ? [rows.length > 1 ? `On ${row.serverName}: ${words}` : words] : []
  })
  return left.length > 0 ? left.join(' ') : null
}

function wordsOf({ state, run }: DeploymentRun): string | null {
  if (state === 'live') return null
  const { former_unhealthy: unhealthy, not_undone: notUndone } = run?.results ?? {}
  if (notUndone?.split(' ').some((step) => SWITCHING.includes(step))) {
    return 'What was live before could not be put back whole. The log says where it stopped.'
  }
  if (unhealthy === undefined) return null
  return `Muster went back once to what was live before. That ${unhealthy}, too, so nothing more was tried.`
}
