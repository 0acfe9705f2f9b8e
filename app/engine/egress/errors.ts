export type EgressErrorCode =
  | 'E_EGRESS_URL'
  | 'E_EGRESS_REQUEST'
  | 'E_EGRESS_REFUSED'
  | 'E_EGRESS_CONNECT'
  | 'E_EGRESS_TIMEOUT'
  | 'E_EGRESS_TLS'
  | 'E_EGRESS_TOO_LARGE'
  | 'E_EGRESS_REDIRECT'

/**
 * Why an outgoing HTTP request was not made or brought no answer.
 *
 * `message` says what failed and why; `hint` says what to do next. Both name hosts and addresses
 * only. There is never a cause: errors of node carry what was sent and received.
 */
export class EgressError extends Error {
  override readonly name = 'EgressError'
  readonly code: EgressErrorCode
  readonly hint: string

  constructor(code: EgressErrorCode, message: string, hint: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}
