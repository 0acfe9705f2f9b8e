/**
 * The one encoder: makes one shell word of any text, for every POSIX shell.
 *
 * Single quotes keep all characters but `'` literally (POSIX.1-2024, XCU 2.2.2). A quote and a
 * backslash are written outside of them, each behind a backslash; POSIX asks this for the quote
 * only, but `fish` reads backslashes inside single quotes, and the login shell may be `fish`.
 *
 * @throws TypeError when the text has a NUL character, which no argument can carry, or a lone
 * surrogate, which would arrive as another character.
 */
export function quote(value: string): string {
  if (value.includes('\0')) {
    throw new TypeError('Text with a NUL character cannot be part of a command.')
  }
  if (!value.isWellFormed()) {
    throw new TypeError('Text with a lone surrogate cannot be part of a command.')
  }
  return `'${value.replace(/['\\]/g, `'\\$&'`)}'`
}
