import { type DeployProject } from '#engine/deploy/input'
import { DEFAULT_SETTINGS } from '#engine/processes/settings'
import { type DeployStage } from '#tests/engine/deploy/deploy_stage'

/** A project with everything that a deployment can have: a worker, shared files, commands at every turn. */
export function fullProject(
  stage: DeployStage,
  slug: string,
  changes: Partial<DeployProject> = {}
): DeployProject {
  const worker = {
    ...DEFAULT_SETTINGS,
    name: 'worker',
    command: 'exec sleep 1000',
    graceSeconds: 2,
  }
  return stage.project({
    ...{ slug, runtime: 'process', startCommand: 'node server.js', processes: [worker] },
    ...{ buildCommands: 'true', beforeSwitch: 'true', afterSwitch: 'true' },
    ...{ sharedFiles: ['data/kept.txt'] },
    ...changes,
  })
}
