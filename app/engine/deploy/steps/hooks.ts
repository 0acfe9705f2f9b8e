import { asProject, type DeployContext } from '#engine/deploy/context'
import { type ScriptStep } from '#engine/detached/script'
import { type Command, sh } from '#engine/shell/command'

/**
 * The user's commands before the switch, migrations above all, as the project's user. It is announced
 * that they run before they do, so that it is known even when nobody hears of their end; nothing takes
 * them back.
 */
export function beforeSwitch(context: DeployContext): ScriptStep {
  return {
    name: 'before',
    title: 'Run the commands before the switch',
    commands: [
      { command: sh`muster_result migrations running` },
      { command: runHook(context, 'before') },
      { command: sh`muster_result migrations ran` },
    ],
  }
}

/** The user's commands after the switch. Visitors are served by then, so a failure is a warning. */
export function afterSwitch(context: DeployContext): ScriptStep {
  return {
    name: 'after',
    title: 'Run the commands after the switch',
    optional: true,
    commands: [{ command: runHook(context, 'after') }],
  }
}

function runHook(context: DeployContext, name: 'before' | 'after'): Command {
  return sh`${asProject(context, sh`bash ${`${context.layout.meta}/${name}`}`)} </dev/null 8>&-`
}
