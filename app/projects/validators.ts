import vine from '@vinejs/vine'
import { isHealthCodes, isHealthText } from '#engine/processes/health'
import {
  isAccessToken,
  isAccessUser,
  isBranch,
  isEnvironmentKey,
  isDomain,
  isPhpVersion,
  isRelativePath,
  isRepositoryUrl,
  isSharedPath,
  isSlug,
  isRequestPath,
} from '#engine/system/grammar'
import { grammar, title, wholeNumber } from '#app/core/grammar_rule'
import {
  MOST_DEADLINE_MINUTES,
  queuePolicies,
  refKinds,
  rollingFailures,
  rollouts,
  runtimes,
} from '#app/projects/models/project'

const held = (accepts: (value: string) => boolean, message: string) =>
  vine.string().use(grammar({ accepts, message }))

const multiline = () => vine.string().maxLength(10_000).nullable().optional()

/** A path a line; `storedPaths` reads them. */
const paths = () =>
  vine
    .string()
    .maxLength(4000)
    .use(
      grammar({
        accepts: (value) => arePaths(pathsOf(value)),
        message:
          'Give a path on each line, inside the repository, such as storage/uploads; none inside another.',
      })
    )
    .nullable()
    .optional()

function arePaths(given: readonly string[]): boolean {
  const nested = given.some((path, index) =>
    given.some((other, place) => place !== index && `${path}/`.startsWith(`${other}/`))
  )
  return given.length <= 50 && given.every(isSharedPath) && !nested
}

function pathsOf(text: string | null | undefined): string[] {
  return (text ?? '').split(/\r?\n/).filter((line) => line !== '')
}

/**
 * The paths that were typed, one a line, as they are stored: null for none.
 */
export function storedPaths(text: string | null | undefined): string[] | null {
  const given = pathsOf(text)
  return given.length > 0 ? given : null
}

const source = {
  repositoryUrl: held(
    isRepositoryUrl,
    'Give an https or ssh address, such as https://github.com/you/app.git or git@github.com:you/app.git.'
  ),
  branch: held(isBranch, 'This is no name a git branch or tag can have.'),
  refKind: vine.enum(refKinds).optional(),
  sourceDirectory: held(
    (value) => value === '.' || isRelativePath(value),
    'Give a directory of the repository, such as apps/web, or leave it empty for all of it.'
  )
    .nullable()
    .optional(),
  accessUser: held(isAccessUser, 'Give a user name of the git host, without spaces.')
    .nullable()
    .optional(),
  accessToken: held(isAccessToken, 'Give the token as it is, without spaces.')
    .nullable()
    .optional(),
}

const settings = {
  name: title(80),
  runtime: vine.enum(runtimes),
  buildCommands: multiline(),
  startCommand: vine
    .string()
    .maxLength(2000)
    .use(
      grammar({
        accepts: (value) => !/[\r\n]/.test(value),
        message: 'Give one command on one line.',
      })
    )
    .optional()
    .requiredWhen(
      (field) => field.parent.runtime === 'process' && field.parent.processesFrom !== 'procfile'
    ),
  processesFrom: vine.enum(['form', 'procfile'] as const).optional(),
  phpVersion: held(isPhpVersion, 'Give a version such as 8.2.')
    .nullable()
    .optional()
    .requiredWhen('runtime', '=', 'php'),
  phpFiles: vine.enum(['front', 'all'] as const).optional(),
  phpWorkers: wholeNumber([1, 512]).optional(),
  beforeSwitch: multiline(),
  afterSwitch: multiline(),
  sharedDirectories: paths(),
  sharedFiles: paths(),
  healthCodes: held(isHealthCodes, 'Give codes and ranges such as 200-399 or 200,204.').optional(),
  healthText: held(isHealthText, 'Give one line, up to 200 characters.').nullable().optional(),
  healthAnswerSeconds: wholeNumber([1, 600]).optional(),
  publicDirectory: held(
    (value) => value === '.' || isRelativePath(value),
    'Give a directory inside the repository, such as dist, or a dot for the repository itself.'
  )
    .nullable()
    .optional(),
  domain: held(isDomain, 'Give a host name such as app.example.com, without a scheme or a path.'),
  listenPort: wholeNumber([1, 65535]),
  healthPath: held(isRequestPath, 'Give a path that begins with a slash, such as /health.'),
  healthTimeoutSeconds: wholeNumber([1, 600]),
  keepReleases: wholeNumber([1, 50]),
  queuePolicy: vine.enum(queuePolicies).optional(),
  deadlineMinutes: wholeNumber([1, MOST_DEADLINE_MINUTES]).optional(),
}

/** What is typed as text and stored in another form. */
export interface TypedSettings {
  buildCommands?: string | null
  beforeSwitch?: string | null
  afterSwitch?: string | null
  sharedDirectories?: string | null
  sharedFiles?: string | null
}

/** How many servers a project may be on. */
const MOST_SERVERS = 100

const ids = () => vine.array(vine.string().maxLength(26)).maxLength(MOST_SERVERS)

/** Servers that are checked; those of them that answer no visitors are in `workers`, too. */
const places = { servers: ids().optional(), workers: ids().optional() }

export const projectDraftValidator = vine.create({
  ...source,
  serverId: vine.string().maxLength(26),
})

const slug = held(
  isSlug,
  'Use lower-case letters, digits and dashes, beginning with a letter; 24 at most.'
)

export const draftProjectValidator = vine.create({ ...settings, slug })

export const createProjectValidator = vine.create({
  ...source,
  ...settings,
  ...places,
  /** The one server, in place of a list. */
  serverId: vine.string().maxLength(26).optional(),
  slug,
})

export const updateProjectValidator = vine.create({ ...source, ...settings })

export const templateValidator = vine.create({ name: title(80) })

export const changePlacementsValidator = vine.create({
  ...places,
  rollout: vine.enum(rollouts),
  rollingBatch: wholeNumber([1, 50]),
  rollingFailure: vine.enum(rollingFailures),
})

export const removeProjectValidator = vine.create({
  confirm: vine.string().maxLength(80),
  /** What stays on the server: all of it, or nothing. */
  leave: vine.enum(['all', 'nothing'] as const).optional(),
})

export const setVariableValidator = vine.create({
  key: held(isEnvironmentKey, 'Use letters, digits and underscores, not beginning with a digit.'),
  value: vine.string().maxLength(32_768).nullable().optional(),
  isSecret: vine.accepted().optional(),
})

export const importVariablesValidator = vine.create({
  dotenv: vine.string().maxLength(262_144),
  isSecret: vine.accepted().optional(),
  removesOthers: vine.accepted().optional(),
})

export const confirmGitHostValidator = vine.create({
  fingerprint: vine.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/),
})
