import { type DeployInput } from '#engine/deploy/input'
import { type Layout } from '#engine/deploy/layout'
import { type Command } from '#engine/shell/command'
import { asUser } from '#engine/system/users'

/** What every step of a deployment is made from. */
export interface DeployContext extends DeployInput {
  layout: Layout
}

/**
 * A command as the project's own user. The lock of the project (descriptor 8) is closed for it,
 * so that nothing it leaves behind can hold it.
 */
export function asProject(
  { project, layout }: DeployContext,
  command: Command,
  variables: readonly string[] = []
): Command {
  return asUser({ user: project.unixUser, home: layout.home, variables }, command)
}
