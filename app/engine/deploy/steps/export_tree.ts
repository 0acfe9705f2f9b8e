import { asProject, type DeployContext } from '#engine/deploy/context'
import { type ScriptStep } from '#engine/detached/script'
import { type Command, sh } from '#engine/shell/command'
import { directory } from '#engine/system/files'
import { git } from '#engine/system/git'

/**
 * Writes the commit's files to where the release stays for good; what is built there may remember
 * its path. No hook and no submodule of the repository has a part in it.
 */
export function exportTree(context: DeployContext): ScriptStep {
  const { project, layout } = context
  const asUser = (words: Command) => asProject(context, git(layout.repository, words))
  const archive = asUser(sh`archive --format=tar --end-of-options "$tree"`)
  const unpack = asProject(context, sh`tar -x -C ${layout.release} -f -`)
  return {
    name: 'export',
    title: 'Write the release',
    commands: [
      { command: chooseTree(context, asUser) },
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

/** A directory of the commit is a tree of its own; a link in its place is none. */
function chooseTree({ project }: DeployContext, asUser: (words: Command) => Command): Command {
  const path = project.sourceDirectory ?? '.'
  if (path === '.') return sh`tree=$commit`
  return sh`tree=$commit:${path}
kind=$(${asUser(sh`cat-file -t "$tree"`)} 2>/dev/null 8>&-) || kind=''
if [ "$kind" != tree ]; then
  printf 'There is no directory %s in the commit %s.\\n' ${path} "\${commit:0:12}"
  exit 66
fi`
}
