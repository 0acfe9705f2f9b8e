import { prettyPrintError } from '@adonisjs/core'

/**
 * Says why the process cannot go on, and makes it end with exit code 1.
 */
export async function reportFailure(error: unknown): Promise<void> {
  process.exitCode = 1
  if (isForConsole(error)) {
    process.stderr.write(`\n  ${error.message.replaceAll('\n', '\n  ')}\n\n`)
  } else {
    await prettyPrintError(error)
  }
}

/**
 * Whether an error is written for the person at the console (`ConsoleError`), who has no use for
 * the place where it arose.
 */
export function isForConsole(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'E_CONSOLE'
}
