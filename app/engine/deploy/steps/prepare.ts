import { type DeployContext } from '#engine/deploy/context'
import { type ScriptStep } from '#engine/detached/script'
import { sh } from '#engine/shell/command'
import { directory } from '#engine/system/files'
import { ensureSystemUser } from '#engine/system/users'

/** The project's user and directories. */
export function prepare({ project, layout }: DeployContext): ScriptStep {
  const user = project.unixUser
  return {
    name: 'prepare',
    title: 'Prepare user and directories',
    commands: [
      { command: ensureSystemUser(user, layout.home), label: `useradd ${user}` },
      { command: directory(layout.releases, '0755') },
      { command: directory(`${layout.base}/meta`, '0755') },
      { command: directory(layout.home, '0700', user) },
      // Not in what the user owns: root would follow a link that the user put in its place.
      { command: directory(`${layout.base}/sessions`, '0700', user) },
      // nginx serves shared files of a site, and nobody else may look.
      { command: sh`install -d -m 0750 -o ${user} -g "$(nginx_group)" -- ${layout.shared}` },
    ],
  }
}
