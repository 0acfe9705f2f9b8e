/**
 * An error whose message is for the person at the console and complete: what is wrong, and what to
 * do next. It is shown without the place where it arose.
 */
export class ConsoleError extends Error {
  readonly code = 'E_CONSOLE'
}
