import { assertCount, assertRunId } from '#engine/detached/run_id'
import { type Secret } from '#engine/shell/secret'
import {
  assertForm,
  GrammarError,
  isBranch,
  isCommit,
  isDomain,
  isEnvironmentKey,
  isPort,
  isRelativePath,
  isRepositoryUrl,
  isRequestPath,
  isShellText,
  isSlug,
  isUnixUser,
  readRepositoryUrl,
} from '#engine/system/grammar'

export interface DeployProject {
  /** Says on the server whose directory it is. */
  id: string
  slug: string
  unixUser: string
  repositoryUrl: string
  branch: string
  /** Deploys exactly this commit of the branch, or fails. */
  commit?: string | null
  deployKey?: Secret | null
  /** Lines of a known_hosts file; needed for a repository over ssh. */
  knownHosts?: string | null
  runtime: 'static' | 'process'
  /** The user's own text, run by `bash -e` in the release. */
  buildCommands?: string | null
  /** The user's own text; has to listen on $HOST:$PORT. For the runtime `process`. */
  startCommand?: string | null
  /** Below the release, for the runtime `static`; `.` by default. */
  publicDirectory?: string | null
  domain: string
  listenPort: number
  /** First of the two local ports between which instances of a process alternate. */
  appPort: number
  healthPath: string
  healthTimeoutSeconds: number
  environment: Readonly<Record<string, string | Secret>>
  keepReleases: number
}

export interface DeployInput {
  project: DeployProject
  /** ULID of the release; for a rollback, one that was sealed before. */
  releaseId: string
  kind: 'deploy' | 'rollback'
  /** What the server does for the project: answers visitors, or only works. `web` by default. */
  role?: 'web' | 'worker'
  /** Waits for the project's other servers before it switches and before it gives up what was live. */
  barriers?: boolean
}

/**
 * Holds every value of a deployment to its grammar, once more and before anything is built of it.
 *
 * @throws GrammarError or TypeError naming what is wrong.
 */
export function assertDeployInput({ project, releaseId, kind }: DeployInput): void {
  assertRunId(releaseId)
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(project.id)) throw new GrammarError('The id is malformed.')
  assertForm(isSlug, project.slug, 'The short name')
  assertForm(isUnixUser, project.unixUser, 'The Unix user')
  assertForm(isDomain, project.domain, 'The domain')
  assertForm(isRequestPath, project.healthPath, 'The path of the health check')
  assertForm(isRelativePath, project.publicDirectory ?? '.', 'The public directory')
  for (const key of Object.keys(project.environment)) {
    assertForm(isEnvironmentKey, key, 'The name of a variable')
  }
  for (const port of [project.listenPort, project.appPort, project.appPort + 1]) {
    if (!isPort(port)) throw new GrammarError('A port has to be from 1 to 65535.')
  }
  if (assertCount(project.keepReleases, 'The number of releases to keep') < 1) {
    throw new GrammarError('At least one release has to be kept.')
  }
  if (assertCount(project.healthTimeoutSeconds, 'The time for the health check') < 1) {
    throw new GrammarError('The health check needs at least a second.')
  }
  for (const text of [project.buildCommands, project.startCommand]) {
    assertForm(isShellText, text ?? '', 'The commands')
  }
  if (project.runtime === 'process' && !project.startCommand?.trim()) {
    throw new GrammarError('A process needs a start command.')
  }
  if (kind === 'deploy') assertSource(project)
}

function assertSource(project: DeployProject): void {
  assertForm(isRepositoryUrl, project.repositoryUrl, 'The repository')
  assertForm(isBranch, project.branch, 'The branch')
  if (project.commit) assertForm(isCommit, project.commit, 'The commit')
  const overSsh = readRepositoryUrl(project.repositoryUrl)?.protocol === 'ssh'
  if (overSsh && !project.knownHosts?.trim()) {
    throw new GrammarError('The host key of the git server has to be confirmed first.')
  }
}
