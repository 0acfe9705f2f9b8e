import { type DeployContext } from '#engine/deploy/context'
import { commitsSince } from '#engine/deploy/commits'
import { RepositoryAccess } from '#engine/deploy/repository_access'
import { type ScriptStep } from '#engine/detached/script'
import { type Command, sh } from '#engine/shell/command'

const FETCHED = 'refs/muster/fetched'

/** Gets the branch or tag into the mirror and decides, once, which commit the release is made of. */
export function fetch(context: DeployContext): ScriptStep {
  const { project, layout } = context
  const { home, repository, keys } = layout
  const access = new RepositoryAccess(project, { user: project.unixUser, home, repository, keys })
  return {
    name: 'fetch',
    title: 'Fetch the code',
    commands: [
      ...access.open(),
      access.fetch(FETCHED),
      { command: resolve(context, access) },
      { command: commitsSince(context, access) },
      // What is built may run the code of others.
      { command: access.close() },
    ],
    always: [access.close()],
  }
}

function resolve({ project }: DeployContext, access: RepositoryAccess): Command {
  const rev = `${project.commit ?? FETCHED}^{commit}`
  const read = (words: Command) => sh`$(${access.git(words)})`
  const check = project.commit
    ? sh`if ! ${access.git(sh`merge-base --is-ancestor ${project.commit} ${FETCHED}`)}; then
  printf 'The commit %s is not on the %s %s (any more).\\n' ${project.commit} ${project.refKind ?? 'branch'} ${project.branch}
  exit 65
fi`
    : sh`true`
  return sh`${check}
commit=${read(sh`rev-parse --verify --quiet --end-of-options ${rev}`)}
author=${read(sh`log -1 --format=%an "$commit"`)}
subject=${read(sh`log -1 --format=%s "$commit"`)}
printf '%s %s\\n' "\${commit:0:12}" "\${subject:0:200}"
muster_result commit "$commit"
muster_result author "\${author:0:100}"
muster_result subject "\${subject:0:200}"`
}
