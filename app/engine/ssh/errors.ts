import { inBrief } from '#engine/shell/render'
import type { RunResult } from '#engine/ssh/remote'

export type RemoteErrorCode =
  'E_CONNECT' | 'E_AUTH' | 'E_HOST_KEY' | 'E_TIMEOUT' | 'E_ABORTED' | 'E_COMMAND_FAILED' | 'E_SUDO'

/**
 * What went wrong between Muster and a server.
 * `message` says what failed and why as far as known; `hint` says what to do next.
 */
export class RemoteError extends Error {
  override readonly name: string = 'RemoteError'
  readonly code: RemoteErrorCode
  readonly hint: string

  constructor(code: RemoteErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.hint = hint
  }
}

/** A command ended with anything but exit code 0. */
export class CommandFailed extends RemoteError {
  override readonly name = 'CommandFailed'
  /** The command with its secrets redacted. */
  readonly command: string
  /** The result with the command's secrets redacted. */
  readonly result: RunResult

  constructor(command: string, result: RunResult, reason: string, hint: string) {
    super('E_COMMAND_FAILED', `${inBrief(command)}: ${reason}`, hint)
    this.command = command
    this.result = result
  }
}
