import { isIP } from 'node:net'

/*
 * What a value of each kind may look like. Validators ask when a person types it; the builders
 * ask again, by `assertForm`, where it enters a command or a file. A grammar accepts or refuses;
 * it never changes the value.
 */

/** A value did not have its form. The message does not repeat the value. */
export class GrammarError extends TypeError {
  override readonly name = 'GrammarError'
}

/**
 * The value itself, known to have its form: `assertForm(isBranch, input.branch, 'The branch')`.
 *
 * @throws GrammarError when it has not.
 */
export function assertForm(
  accepts: (value: unknown) => value is string,
  value: unknown,
  noun: string
): string {
  if (accepts(value)) return value
  throw new GrammarError(`${noun} does not have the form that Muster works with.`)
}

/** A project's name in paths, units and Unix users: 1 to 24 lower-case letters, digits, single dashes. */
export function isSlug(value: unknown): value is string {
  return matches(value, /^(?=.{1,24}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/)
}

/** A Unix user: up to 32 letters, digits and . _ -, beginning with a letter or underscore. */
export function isUnixUser(value: unknown): value is string {
  return matches(value, /^[A-Za-z_][A-Za-z0-9._-]{0,31}$/)
}

/** A branch: what git-check-ref-format(1) accepts, of letters, digits and . _ - / + @ # =. */
export function isBranch(value: unknown): value is string {
  const part = '[\\p{L}\\p{N}_+@#=][\\p{L}\\p{N}._+@#=-]*'
  return (
    matches(value, new RegExp(`^(?=.{1,200}$)${part}(?:/${part})*$`, 'u')) &&
    !/\.\.|\.lock(?:\/|$)|\.(?:\/|$)/.test(value) &&
    value !== '@' &&
    value !== 'HEAD'
  )
}

/** A tag: git's rules for it are those for a branch. */
export function isTag(value: unknown): value is string {
  return isBranch(value)
}

/** Whom an access token belongs to, as a git host wants to hear it: 1 to 100 letters without space. */
export function isAccessUser(value: unknown): value is string {
  return matches(value, /^(?![-.])[A-Za-z0-9_.@+~-]{1,100}$/)
}

/** An access token of a git host: 1 to 500 visible characters of ASCII. */
export function isAccessToken(value: unknown): value is string {
  return matches(value, /^[\x21-\x7e]{1,500}$/)
}

/** A commit's full SHA-1 or SHA-256, in lower case. */
export function isCommit(value: unknown): value is string {
  return matches(value, /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
}

/** What a site is called: a host name (RFC 1123) or an IPv4 address, in lower case; xn-- for others. */
export function isDomain(value: unknown): value is string {
  return isHostName(value) && value === value.toLowerCase()
}

/** A host to connect to: a host name or an address of IPv4 or IPv6. */
export function isHost(value: unknown): value is string {
  return isHostName(value) || (typeof value === 'string' && isIP(value) !== 0 && !/%/.test(value))
}

/** A port of TCP. */
export function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65535
}

/** The name of an environment variable (POSIX.1-2024, XBD 8.1); MUSTER_ is Muster's own. */
export function isEnvironmentKey(value: unknown): value is string {
  return matches(value, /^(?!MUSTER_)[A-Za-z_][A-Za-z0-9_]{0,127}$/)
}

/** What an environment variable can hold: text without NUL, to 64 KiB. */
export function isEnvironmentValue(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 65536 && isText(value)
}

/** Text that a script on a server can be made of, to 64 KiB: no NUL, no lone surrogates. */
export function isShellText(value: unknown): value is string {
  return isEnvironmentValue(value)
}

/** A path below a directory, such as `dist/web`; `.` is the directory itself. */
export function isRelativePath(value: unknown): value is string {
  const part = '[A-Za-z0-9_@+.][A-Za-z0-9._@+-]*'
  if (!matches(value, new RegExp(`^(?=.{1,200}$)${part}(?:/${part})*$`))) return false
  return value === '.' || !value.split('/').some((name) => name === '.' || name === '..')
}

/** A path that releases share: below the release, never the release itself. */
export function isSharedPath(value: unknown): value is string {
  return isRelativePath(value) && value !== '.'
}

/** A version of PHP as Debian names its packages, `8.2`. */
export function isPhpVersion(value: unknown): value is string {
  return matches(value, /^[5-9]\.[0-9]{1,2}$/)
}

/** An absolute path of Muster's own making. */
export function isAbsolutePath(value: unknown): value is string {
  if (!matches(value, /^(?=.{2,250}$)(?:\/[A-Za-z0-9._@+-]+)+$/)) return false
  return !value.split('/').some((name) => name === '.' || name === '..')
}

/** Path and query of an HTTP request (RFC 3986, sections 3.3 and 3.4), to 200 characters. */
export function isRequestPath(value: unknown): value is string {
  return matches(value, /^\/[A-Za-z0-9._~%/?=&,:@+-]{0,199}$/)
}

/** Where a repository is fetched from; see `readRepositoryUrl`. */
export function isRepositoryUrl(value: unknown): value is string {
  return typeof value === 'string' && readRepositoryUrl(value) !== null
}

export interface RepositoryUrl {
  protocol: 'https' | 'ssh'
  /** Only with ssh. */
  user: string | null
  host: string
  port: number | null
  path: string
}

const URL_FORM =
  /^(?:(https):\/\/|ssh:\/\/(?:([A-Za-z_][A-Za-z0-9_.-]{0,31})@)?)([A-Za-z0-9.-]+)(?::(\d{1,5}))?\/(.+)$/
const SCP_FORM = /^([A-Za-z_][A-Za-z0-9_.-]{0,31})@([A-Za-z0-9.-]+):(\/?[^/].*)$/
const REPOSITORY_PATH = /^[A-Za-z0-9_~.][A-Za-z0-9._~+-]*(?:\/[A-Za-z0-9_~.][A-Za-z0-9._~+-]*)*\/?$/

/**
 * The parts of a repository's address: https://host/path, ssh://user@host:port/path or
 * user@host:path. Null for all else: other protocols (`ext::`, `file:`, `git:`, plain http),
 * passwords in the address, queries, and whatever could be read as an option.
 */
export function readRepositoryUrl(value: string): RepositoryUrl | null {
  if (value.length > 400) return null
  const parts = readUrlForm(value) ?? readScpForm(value)
  if (parts === null || !isHostName(parts.host)) return null
  if (parts.port !== null && !isPort(parts.port)) return null
  const path = parts.path.replace(/^\//, '')
  const climbs = path.split('/').some((name) => name === '.' || name === '..')
  return REPOSITORY_PATH.test(path) && !climbs ? parts : null
}

function readUrlForm(value: string): RepositoryUrl | null {
  const match = URL_FORM.exec(value)
  if (match === null) return null
  const [, https, user, host, port, path] = match
  return {
    protocol: https ? 'https' : 'ssh',
    user: user ?? null,
    host,
    port: port ? Number(port) : null,
    path: `/${path}`,
  }
}

function readScpForm(value: string): RepositoryUrl | null {
  const match = SCP_FORM.exec(value)
  if (match === null) return null
  const [, user, host, path] = match
  return { protocol: 'ssh', user, host, port: null, path }
}

function isHostName(value: unknown): value is string {
  const form = /^(?=.{1,253}$)(?:(?!-)[A-Za-z0-9-]{1,63}(?<!-)\.)*(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/
  return matches(value, form)
}

function isText(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed()
}

function matches(value: unknown, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value)
}
