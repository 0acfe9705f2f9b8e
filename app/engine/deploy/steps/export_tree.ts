import { asProject, type DeployContext } from '#engine/deploy/context'
import { type ScriptStep } from '#engine/detached/script'
import { sh } from '#engine/shell/command'
import { directory } from '#engine/system/files'
import { git } from '#engine/system/git'

/**
 * Writes the commit's files to where the release stays for good; what is built there may remember
 * its path. No hook and no submodule of the repository has a part in it.
 */
export function exportTree(context: DeployContext): ScriptStep {
  const { project, layout } = context
  const archive = asProject(
    context,
    git(layout.repository, sh`archive --format=tar --end-of-options "$commit"`)
  )
  const unpack = asProject(context, sh`tar -x -C ${layout.release} -f -`)
  return {
    name: 'export',
    title: 'Write the release',
    commands: [
      { command: directory(layout.meta, '0755') },
      {
        command: sh`if [ -e ${layout.release} ]; then rm -rf -- ${layout.release}; fi`,
      },
      { command: directory(layout.release, '0755', project.unixUser) },
      { command: sh`{ ${archive} | ${unpack}; } 8>&-`, label: 'git archive | tar -x' },
      { command: sh`printf '%s\\n' "$commit" > ${`${layout.meta}/REVISION`}` },
    ],
    undo: [sh`rm -rf -- ${layout.release} ${layout.meta}`],
  }
}
