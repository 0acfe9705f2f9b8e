import { RemoteError } from '#engine/ssh/errors'
import { type HostKey, fingerprint } from '#engine/ssh/host_key'

/** The server offered another host key than the pinned ones. Nothing was authenticated. */
export class HostKeyMismatch extends RemoteError {
  override readonly name = 'HostKeyMismatch'
  readonly pinned: readonly HostKey[]
  /** Missing when the server has no key of a pinned type, so that it showed none. */
  readonly offered: HostKey | undefined

  constructor(server: string, pinned: readonly HostKey[], offered: HostKey | undefined) {
    const expected = pinned.map((key) => `${key.type} ${fingerprint(key)}`).join(', ')
    const seen = offered
      ? `offered the host key ${offered.type} ${fingerprint(offered)}`
      : `offers no host key of the pinned type`
    super(
      'E_HOST_KEY',
      `${server} ${seen}, but pinned is ${expected}. The connection was refused before any credential was sent.`,
      'Either the server was reinstalled or another machine answers in its place. Compare the fingerprint on the ' +
        'server (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub) before you pin the new key.'
    )
    this.pinned = pinned
    this.offered = offered
  }
}
