import { type Secret } from '#engine/shell/secret'
import { type HostKey } from '#engine/ssh/host_key'

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
  /** The server through which it is reached, pinned like any other. */
  via?: Target
}
