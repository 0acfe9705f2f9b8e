/** Variables that change what programs do before they look at anything else. */
const RESERVED =
  /^(?:MUSTER_|LD_|BASH_|PYTHON|PERL|RUBY|NODE_|GIT_|SSH_|LC_)|^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|IFS|ENV|CDPATH|PS[0-4]|SHELLOPTS|BASHOPTS|PWD|OLDPWD|TMPDIR|TERM|UID|EUID|PPID|GLOBIGNORE|TZ)$/

/**
 * The name of a script's parameter, and of the environment variable it arrives in: upper-case
 * letters, digits and underscores, 40 at most, and none that a shell or a library gives a meaning.
 */
export function isParameterName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Z][A-Z0-9_]{0,39}$/.test(value) && !RESERVED.test(value)
}

/** What a parameter can hold: one line of text, to 4,000 characters. */
export function isParameterText(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= 4000 &&
    value.isWellFormed() &&
    !/[\p{Cc}\u2028\u2029]/u.test(value)
  )
}

/** A number as people write one: digits, perhaps a sign and a fraction. */
export function isParameterNumber(value: unknown): value is string {
  return typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,9})?$/.test(value)
}
