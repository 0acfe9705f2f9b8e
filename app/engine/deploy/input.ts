import { assertCount, assertRunId } from '#engine/detached/run_id'
import { type Secret } from '#engine/shell/secret'
import {
  assertForm,
  GrammarError,
  isAccessToken,
  isAccessUser,
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

/** What a repository is followed by. */
export type RefKind = 'branch' | 'tag'

export interface AccessToken {
  user: string
  token: Secret
}

export interface DeployProject {
  /** Says on the server whose directory it is. */
  id: string
  slug: string
  unixUser: string
  repositoryUrl: string
  /** Name of the branch, or of the tag where `refKind` says so. */
  branch: string
  refKind?: RefKind
  /** The directory of the repository that becomes the release; `.` by default. */
  sourceDirectory?: string | null
  /** What an https repository is read with, when not everybody may. */
  accessToken?: AccessToken | null
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
  assertForm(isRelativePath, project.sourceDirectory ?? '.', 'The directory of the repository')
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

/** What a repository is read by: the part of a project that fetching needs. */
export type Source = Pick<
  DeployProject,
  'repositoryUrl' | 'branch' | 'refKind' | 'deployKey' | 'knownHosts' | 'accessToken' | 'commit'
>

/**
 * Holds what names a repository, and what opens it, to its grammar.
 *
 * @throws GrammarError naming what is wrong.
 */
export function assertSource(project: Source): void {
  assertForm(isRepositoryUrl, project.repositoryUrl, 'The repository')
  assertForm(isBranch, project.branch, project.refKind === 'tag' ? 'The tag' : 'The branch')
  if (project.accessToken) {
    assertForm(isAccessUser, project.accessToken.user, 'The user of the access token')
    assertForm(isAccessToken, project.accessToken.token.reveal(), 'The access token')
  }
  if (project.commit) assertForm(isCommit, project.commit, 'The commit')
  const overSsh = readRepositoryUrl(project.repositoryUrl)?.protocol === 'ssh'
  if (overSsh && !project.knownHosts?.trim()) {
    throw new GrammarError('The host key of the git server has to be confirmed first.')
  }
}
