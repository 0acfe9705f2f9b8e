import diagnostics from 'node:diagnostics_channel'
import { type Socket } from 'node:net'
import { parseEgressAllowList } from '#engine/egress/allow_list'
import { EgressError } from '#engine/egress/errors'
import { OutgoingHttp, type Resolve } from '#engine/egress/outgoing_http'
import { EgressPolicy } from '#engine/egress/policy'

/** The policy of a list as an administrator writes it. */
export function policyOf(...lines: string[]): EgressPolicy {
  const list = parseEgressAllowList(lines.join('\n'))
  if (!list.ok) throw new TypeError(`line ${list.line}: ${list.reason}`)
  return new EgressPolicy(list.entries)
}

/** A gate that allows what the lines say. */
export function gateOf(options: { allow?: string[]; resolve?: Resolve } = {}): OutgoingHttp {
  const policy = policyOf(...(options.allow ?? []))
  return new OutgoingHttp({ policy: () => policy, resolve: options.resolve })
}

/** What a request failed with; fails itself when that was no EgressError, or nothing. */
export async function egressFailure(request: Promise<unknown>): Promise<EgressError> {
  const outcome = await request.catch((error: unknown) => error)
  if (outcome instanceof EgressError) return outcome
  throw new TypeError('The request did not fail with an EgressError.', { cause: outcome })
}

/** The sockets that this process opens towards others while something runs. */
export async function socketsOpenedBy(act: () => Promise<unknown>): Promise<Socket[]> {
  const sockets: Socket[] = []
  const opened = (message: unknown) => void sockets.push((message as { socket: Socket }).socket)
  diagnostics.subscribe('net.client.socket', opened)
  try {
    await act()
  } finally {
    diagnostics.unsubscribe('net.client.socket', opened)
  }
  return sockets
}
