import { assertCount, assertRunId } from '#engine/detached/run_id'
import { isHealthCodes, isHealthText } from '#engine/processes/health'
import { assertProcess, type ProcessSettings } from '#engine/processes/settings'
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
  isPhpVersion,
  isPort,
  isRelativePath,
  isRepositoryUrl,
  isRequestPath,
  isSharedPath,
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
  runtime: 'static' | 'process' | 'php'
  /** The user's own text, run by `bash -e` in the release. */
  buildCommands?: string | null
  /** The user's own text; has to listen on $HOST:$PORT. For the runtime `process`. */
  startCommand?: string | null
  /** Below the release, for the runtimes `static` and `php`; `.` by default. */
  publicDirectory?: string | null
  /** Such as `8.2`, for the runtime `php`. */
  phpVersion?: string | null
  /** Whether php files beside the front controller index.php are run too. */
  phpFiles?: 'front' | 'all'
  /** How many requests php answers at a time. */
  phpWorkers?: number
  /** How processes run; `web` among them says so of the start command. */
  processes?: readonly ProcessSettings[]
  /** Whether names and commands are those of the release's Procfile. */
  processesFrom?: 'form' | 'procfile'
  /** Paths that all releases have in common. */
  sharedDirectories?: readonly string[]
  sharedFiles?: readonly string[]
  /** The user's own text, run once the new release is sound and before it is live. */
  beforeSwitch?: string | null
  /** The user's own text, run once it is live; a failure is a warning. */
  afterSwitch?: string | null
  domain: string
  listenPort: number
  /** First of the two local ports between which instances of a process alternate. */
  appPort: number
  healthPath: string
  healthTimeoutSeconds: number
  /** Codes and ranges with commas; `200-399` by default. */
  healthCodes?: string
  /** Text that the answer has to contain. */
  healthText?: string | null
  /** Longest wait for one answer; 10 by default. */
  healthAnswerSeconds?: number
  /** What to do about a site that was edited by hand, if it is still the one that a person saw. */
  editedSite?: { act: 'keep' | 'overwrite'; checksum: string } | null
  environment: Readonly<Record<string, string | Secret>>
  keepReleases: number
}

/**
 * A new release; one that was live before, as it was then; the one that is live, with the numbers
 * that its processes have by now.
 */
export type DeployKind = 'deploy' | 'rollback' | 'restart'

/** How a release is asked whether it is well. */
export type FormerHealth = Pick<
  DeployProject,
  'healthPath' | 'healthCodes' | 'healthText' | 'healthAnswerSeconds'
>

export interface DeployInput {
  project: DeployProject
  /** What the release that is live before was built to answer, where that is known to be other. */
  former?: FormerHealth | null
  /** ULID of the release; for a rollback or restart, one that was sealed before. */
  releaseId: string
  kind: DeployKind
  /** What the server does for the project: answers visitors, or only works. `web` by default. */
  role?: 'web' | 'worker'
  /** Waits for the project's other servers before it switches and before it gives up what was live. */
  barriers?: boolean
  /** Does what is done once for all servers: the commands before the switch. It does by default. */
  leads?: boolean
  /** Runs the further processes. It does by default. */
  runsWorkers?: boolean
}

/**
 * Holds every value of a deployment to its grammar, once more and before anything is built of it.
 *
 * @throws GrammarError or TypeError naming what is wrong.
 */
export function assertDeployInput({ project, former, releaseId, kind }: DeployInput): void {
  assertRunId(releaseId)
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(project.id)) throw new GrammarError('The id is malformed.')
  assertForm(isSlug, project.slug, 'The short name')
  assertForm(isUnixUser, project.unixUser, 'The Unix user')
  assertForm(isDomain, project.domain, 'The domain')
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
  const { buildCommands, startCommand, beforeSwitch, afterSwitch } = project
  for (const text of [buildCommands, startCommand, beforeSwitch, afterSwitch]) {
    assertForm(isShellText, text ?? '', 'The commands')
  }
  if (
    project.runtime === 'process' &&
    project.processesFrom !== 'procfile' &&
    !startCommand?.trim()
  ) {
    throw new GrammarError('A process needs a start command.')
  }
  assertHealth(project)
  if (former) assertHealth(former)
  assertShared(project)
  if (project.runtime === 'php') assertPhp(project)
  for (const process of project.processes ?? []) assertProcess(process)
  if (kind === 'deploy') assertSource(project)
}

function assertHealth(checked: FormerHealth): void {
  const { healthPath, healthCodes, healthText, healthAnswerSeconds } = checked
  assertForm(isRequestPath, healthPath, 'The path of the health check')
  assertForm(isHealthCodes, healthCodes ?? '200', 'The codes of the health check')
  assertForm(isHealthText, healthText ?? '', 'The text of the health check')
  if (assertCount(healthAnswerSeconds ?? 1, 'The time for one answer') < 1) {
    throw new GrammarError('One answer of the health check needs at least a second.')
  }
}

function assertPhp({ phpVersion, phpWorkers }: DeployProject): void {
  assertForm(isPhpVersion, phpVersion, 'The version of PHP')
  const workers = assertCount(phpWorkers ?? 1, 'The number of php workers')
  if (workers < 1 || workers > 512) throw new GrammarError('PHP needs from 1 to 512 workers.')
}

function assertShared({ sharedDirectories = [], sharedFiles = [] }: DeployProject): void {
  const paths = [...sharedDirectories, ...sharedFiles]
  for (const path of paths) assertForm(isSharedPath, path, 'A shared path')
  const inside = paths.some((path, index) =>
    paths.some((other, place) => place !== index && `${path}/`.startsWith(`${other}/`))
  )
  if (inside) throw new GrammarError('Of two shared paths none may be inside the other.')
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
