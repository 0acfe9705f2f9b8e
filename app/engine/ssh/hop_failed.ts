import { RemoteError } from '#engine/ssh/errors'
import { nameOf } from '#engine/ssh/socket'

/**
 * The server in between could not be reached, so that nothing is known of the one behind it. The
 * code is E_CONNECT or E_TIMEOUT, for it is a matter of the way; what happened at the hop, which may
 * be a host key that does not match, is the cause.
 */
export class HopFailed extends RemoteError {
  override readonly name = 'HopFailed'
  override readonly cause: RemoteError

  constructor(host: string, port: number, hop: string, cause: RemoteError) {
    const code = cause.code === 'E_TIMEOUT' ? 'E_TIMEOUT' : 'E_CONNECT'
    super(code, `${nameOf(host, port)} via ${hop}: ${cause.message}`, cause.hint, { cause })
    this.cause = cause
  }
}
