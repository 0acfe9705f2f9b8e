import { type Secret } from '#engine/shell/secret'
import { type HostKey } from '#engine/ssh/host_key'
import { nameOf } from '#engine/ssh/socket'

export type Credential =
  | { kind: 'key'; privateKey: Secret /* OpenSSH or PEM, without passphrase */ }
  | { kind: 'password'; password: Secret }

/** Where a server is and how to get in. */
export interface Target {
  /** Stable name of the server in the pool; one connection is shared by all who use the same id. */
  id: string
  host: string
  port: number
  username: string
  credential: Credential
  /** Pinned host keys, never empty. */
  hostKeys: readonly HostKey[]
  /** Whether commands are wrapped by `sudo -n`; without it, they are for every user but root. */
  sudo?: boolean
  /**
   * The server to go through, for one that cannot be reached from here. It is pooled, pinned and
   * logged in to like any other; the server behind it is pinned for itself. One hop, no chains.
   */
  via?: Target
}

/** How a target is called in messages about the way to it. */
export function pathTo({ host, port, via }: Target): string {
  return via ? `${nameOf(host, port)} (via ${nameOf(via.host, via.port)})` : nameOf(host, port)
}

/** Whether two targets say the same about a server, so that connections to one serve the other. */
export function sameTarget(a: Target, b: Target): boolean {
  return (
    a === b ||
    (a.id === b.id &&
      a.host === b.host &&
      a.port === b.port &&
      a.username === b.username &&
      a.sudo === b.sudo &&
      sameCredential(a.credential, b.credential) &&
      a.hostKeys.length === b.hostKeys.length &&
      a.hostKeys.every((pin, index) => samePin(pin, b.hostKeys[index])) &&
      (a.via === undefined || b.via === undefined ? a.via === b.via : sameTarget(a.via, b.via)))
  )
}

function sameCredential(a: Credential, b: Credential): boolean {
  return a.kind === b.kind && secretOf(a).reveal() === secretOf(b).reveal()
}

function secretOf(credential: Credential): Secret {
  return credential.kind === 'key' ? credential.privateKey : credential.password
}

function samePin(a: HostKey, b: HostKey): boolean {
  return a.type === b.type && a.key === b.key
}
