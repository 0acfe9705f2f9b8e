import { EgressError } from '#engine/egress/errors'

/** How far a connection had come when it failed. */
export type Phase = 'connecting' | 'securing' | 'talking'

const AUTHORITY = [
  'no authority that this machine trusts vouches for its certificate',
  'If the authority is your own, name the file with its certificate in NODE_EXTRA_CA_CERTS and start the panel again.',
] as const

const RENEW =
  'Ask whoever runs the host to renew its certificate, and check the clock of this machine.'

const TLS: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  CERT_HAS_EXPIRED: ['its certificate has expired', RENEW],
  CERT_NOT_YET_VALID: ['its certificate is not valid yet', RENEW],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'its certificate is for another name',
    'Use the name that the certificate is for, or check that nobody answers in place of the host.',
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: AUTHORITY,
}

const NAME_SERVERS = 'Check the name servers of the machine that the panel runs on.'
const UNKNOWN = ['the name is not known to DNS', 'Check the spelling of the host name.'] as const
const SILENT = 'Check that the host is up and that no firewall drops the connection.'

const CONNECT: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOTFOUND: UNKNOWN,
  ENODATA: UNKNOWN,
  EAI_AGAIN: ['DNS did not answer', NAME_SERVERS],
  ESERVFAIL: ['DNS did not answer', NAME_SERVERS],
  ETIMEOUT: ['DNS did not answer', NAME_SERVERS],
  ECONNREFUSED: ['connection refused', 'Check the port, and that the service is running.'],
  EHOSTUNREACH: ['no route to the host', SILENT],
  ENETUNREACH: ['no route to the host', SILENT],
  ETIMEDOUT: ['it did not answer', SILENT],
}

/** The error for a name that resolves to nothing. */
export function unknownName(host: string): EgressError {
  return connectError(host, UNKNOWN)
}

/**
 * The error for people of what node says. Only its code is looked at: the rest of it may hold
 * what was sent or received.
 *
 * @param host host and port
 */
export function explained(host: string, phase: Phase, error: unknown): EgressError {
  if (error instanceof EgressError) return error
  const code = String((error as NodeJS.ErrnoException | null)?.code ?? 'no reason given')
  if (phase === 'connecting') {
    return connectError(
      host,
      CONNECT[code] ?? [code, 'Check the address, the port and the network.']
    )
  }
  if (phase === 'securing') {
    const [reason, hint] = TLS[code] ?? [
      `it did not agree to a secure connection (${code})`,
      'Check that the host speaks TLS 1.2 or later on this port.',
    ]
    return new EgressError('E_EGRESS_TLS', `${host} was not trusted: ${reason}.`, hint)
  }
  if (code === 'HPE_HEADER_OVERFLOW') return tooLarge(host, 'the headers of its answer')
  return new EgressError(
    'E_EGRESS_CONNECT',
    code.startsWith('HPE_')
      ? `${host} answered with something that is not HTTP.`
      : `${host} ended the connection before its answer was complete (${code}).`,
    'Check that the address and port are those of an HTTP service, then try again.'
  )
}

/** The error for an answer beyond its limit. */
export function tooLarge(host: string, what: string): EgressError {
  return new EgressError(
    'E_EGRESS_TOO_LARGE',
    `${host} sent more than the panel takes: ${what}.`,
    'Check that the address is the right one.'
  )
}

function connectError(host: string, [reason, hint]: readonly [string, string]): EgressError {
  return new EgressError('E_EGRESS_CONNECT', `Cannot connect to ${host}: ${reason}.`, hint)
}
