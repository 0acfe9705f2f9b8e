import { commitsSince } from '#engine/deploy/commits'
import {
  assertDeployInput,
  assertSource,
  type DeployInput,
  type Source,
} from '#engine/deploy/input'
import { layoutOf } from '#engine/deploy/layout'
import { packResult } from '#engine/deploy/packed_results'
import { listFiles, readKnownFiles } from '#engine/deploy/known_files'
import { RepositoryAccess } from '#engine/deploy/repository_access'
import { compileScript, type LabelledCommand, type ScriptStep } from '#engine/detached/script'
import { assertRunId } from '#engine/detached/run_id'
import { type Command, sh } from '#engine/shell/command'
import { Secret } from '#engine/shell/secret'
import { directory } from '#engine/system/files'
import { readRepositoryUrl } from '#engine/system/grammar'
import { ensureSystemUser } from '#engine/system/users'

/** Reads repositories that no project of a server has. No project's user can be called that. */
const READER = { user: 'muster_read', home: '/var/lib/muster-read' }

const LOOKED = 'refs/muster/looked'

export interface ReadingPlan {
  steps: readonly ScriptStep[]
  secrets: readonly Secret[]
}

/**
 * Plans a look into a repository before there is a project: which files it has, and what is in
 * those that tell how it is built. The mirror is a thin one and is gone afterwards; nothing of the
 * repository is run. Results: `commit`, `author`, `subject`, `files_…` (see `readFiles`).
 *
 * @param id ULID that names what the reading leaves on the server while it runs
 * @throws GrammarError for input that has not its form.
 */
export function planReading({ source, id }: { source: Source; id: string }): ReadingPlan {
  assertSource(source)
  assertRunId(id)
  const mirror = `/srv/muster/.read-${id}`
  const keys = `/run/muster/${id}`
  const access = new RepositoryAccess(source, { ...READER, repository: mirror, keys })
  const fetch: ScriptStep = {
    name: 'fetch',
    title: 'Fetch the latest commit',
    commands: [
      { command: directory('/srv/muster', '0755') },
      { command: ensureSystemUser(READER.user, READER.home) },
      ...access.open(),
      fetchThinly(access, mirror, keys),
      { command: resolve(access) },
    ],
    always: [access.close(), sh`rm -rf -- ${mirror}`],
  }
  const read: ScriptStep = {
    name: 'read',
    title: 'Read the known files',
    commands: [
      { command: listFiles(access, keys), label: 'git ls-tree -r' },
      { command: readKnownFiles(access, source, keys) },
      { command: packResult('files', sh`cat -- ${`${keys}/report`}`) },
    ],
  }
  return { steps: [tools(source), fetch, read], secrets: secretsOf(source) }
}

/**
 * Plans a look at what a deployment would bring: the commit that the branch or tag names now, and
 * what it has that the live release has not. Only the project's mirror is changed. Results:
 * `commit`, `author`, `subject` and those of `commitsSince`.
 *
 * @throws GrammarError or TypeError for input that has not its form.
 */
export function planLook(input: DeployInput, { hasMirror }: { hasMirror: boolean }): ReadingPlan {
  if (!hasMirror) {
    const { steps, secrets } = planReading({ source: input.project, id: input.releaseId })
    return { steps: steps.slice(0, 2), secrets }
  }
  assertDeployInput(input)
  const { project } = input
  const layout = layoutOf(input)
  const { home, repository, keys } = layout
  const access = new RepositoryAccess(project, { user: project.unixUser, home, repository, keys })
  const fetch: ScriptStep = {
    name: 'fetch',
    title: 'Fetch the code',
    commands: [
      {
        command: sh`if [ "$(cat ${layout.owner} 2>/dev/null)" != ${project.id} ]; then
  printf '%s does not hold this project.\\n' ${layout.base}
  exit 78
fi
cd ${layout.base}`,
      },
      ...access.open(),
      access.fetch(LOOKED),
      { command: resolve(access) },
      { command: commitsSince({ layout }, access) },
    ],
    always: [access.close()],
  }
  return { steps: [tools(project), fetch], secrets: secretsOf(project) }
}

/** The plan as the one script that a detached run executes. */
export function compileReading(plan: ReadingPlan, options: { nonce: string }): string {
  return compileScript(plan.steps, options)
}

function secretsOf({ deployKey, accessToken }: Source): Secret[] {
  return [deployKey, accessToken?.token].filter((value) => value instanceof Secret)
}

function tools({ repositoryUrl }: Source): ScriptStep {
  const overSsh = readRepositoryUrl(repositoryUrl)?.protocol === 'ssh'
  const names = ['git', 'setpriv', 'useradd', 'gzip', 'base64', ...(overSsh ? ['ssh'] : [])]
  return {
    name: 'check',
    title: 'Check the server',
    commands: [
      {
        label: 'check tools',
        command: sh`for tool in ${names}; do
  if ! command -v "$tool" >/dev/null; then
    printf '%s is missing on this server. Prepare the server, then try again.\\n' "$tool"
    exit 69
  fi
done`,
      },
    ],
  }
}

/** One commit without its files, where the git server offers that; else as much as it must. */
function fetchThinly(access: RepositoryAccess, mirror: string, keys: string): LabelledCommand {
  const thin = access.fetch(LOOKED, ['--depth=1', '--filter=blob:none'])
  const told = `${keys}/told`
  return {
    label: thin.label,
    command: sh`cd ${keys}
fetched=0
${thin.command} 2>${told} || fetched=$?
if [ "$fetched" != 0 ] && grep -qi 'does not support shallow' ${told}; then
  fetched=0
  rm -rf -- ${mirror}
  ${access.makeMirror()}
  ${access.fetch(LOOKED).command} 2>${told} || fetched=$?
fi
cat ${told} >&2
if [ "$fetched" != 0 ]; then exit "$fetched"; fi`,
  }
}

function resolve(access: RepositoryAccess): Command {
  const read = (words: Command) => sh`$(${access.git(words)})`
  return sh`commit=${read(sh`rev-parse --verify --quiet --end-of-options ${`${LOOKED}^{commit}`}`)}
author=${read(sh`log -1 --format=%an "$commit"`)}
subject=${read(sh`log -1 --format=%s "$commit"`)}
printf '%s %s\\n' "\${commit:0:12}" "\${subject:0:200}"
muster_result commit "$commit"
muster_result author "\${author:0:100}"
muster_result subject "\${subject:0:200}"`
}
