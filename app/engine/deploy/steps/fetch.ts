import { asProject, type DeployContext } from '#engine/deploy/context'
import { type ScriptStep } from '#engine/detached/script'
import { type Command, sh } from '#engine/shell/command'
import { directory, writeFile } from '#engine/system/files'
import { git, gitVariables } from '#engine/system/git'

const FETCHED = 'refs/muster/fetched'

/** Gets the branch into the mirror and decides, once, which commit the release is made of. */
export function fetch(context: DeployContext): ScriptStep {
  const { project, layout } = context
  const keyFile = project.deployKey ? `${layout.keys}/key` : null
  const knownHostsFile = `${layout.keys}/known_hosts`
  const group = project.unixUser
  const variables = gitVariables({ repository: layout.repository, keyFile, knownHostsFile })
  const asUser = (command: Command) => asProject(context, command, variables)
  return {
    name: 'fetch',
    title: 'Fetch the code',
    commands: [
      { command: directory('/run/muster', '0711') },
      { command: sh`install -d -m 0750 -o root -g ${group} -- ${layout.keys}` },
      { command: writeFile(knownHostsFile, project.knownHosts ?? '', { mode: '0640', group }) },
      ...(keyFile && project.deployKey
        ? [{ command: writeFile(keyFile, project.deployKey, { mode: '0640', group }) }]
        : []),
      {
        command: sh`if [ ! -d ${layout.repository} ]; then
  ${directory(layout.repository, '0700', project.unixUser)}
  ${asUser(git(layout.repository, sh`init --quiet --bare`))} 8>&-
fi`,
      },
      {
        command: sh`${asUser(git(layout.repository, fetchWords(project.repositoryUrl, project.branch)))} 8>&-`,
        label: `git fetch ${project.repositoryUrl} ${project.branch}`,
      },
      { command: resolve(context, asUser) },
    ],
    always: [sh`rm -rf -- ${layout.keys}`],
  }
}

function fetchWords(url: string, branch: string): Command {
  const refspec = `+refs/heads/${branch}:${FETCHED}`
  return sh`fetch --no-tags --no-write-fetch-head --end-of-options ${url} ${refspec}`
}

function resolve(context: DeployContext, asUser: (command: Command) => Command): Command {
  const { project, layout } = context
  const rev = `${project.commit ?? FETCHED}^{commit}`
  const read = (words: Command) => sh`$(${asUser(git(layout.repository, words))} 8>&-)`
  const check = project.commit
    ? sh`if ! ${asUser(git(layout.repository, sh`merge-base --is-ancestor ${project.commit} ${FETCHED}`))} 8>&-; then
  printf 'The commit %s is not on the branch %s (any more).\\n' ${project.commit} ${project.branch}
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
