import { asProject, type DeployContext } from '#engine/deploy/context'
import { type ScriptStep } from '#engine/detached/script'
import { sh } from '#engine/shell/command'

/** Runs the user's own commands in the release, as the project's user. */
export function build(context: DeployContext): ScriptStep {
  const { project, layout } = context
  const script = asProject(context, sh`bash ${`${layout.meta}/build`}`, ['CI=true'])
  return {
    name: 'build',
    title: 'Build',
    commands: project.buildCommands?.trim()
      ? [{ command: sh`${script} </dev/null 8>&-` }]
      : [{ command: sh`printf 'Nothing to build\\n'` }],
  }
}
