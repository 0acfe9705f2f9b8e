import { sh } from '#engine/shell/command'
import { render } from '#engine/shell/render'
import { fingerprint } from '#engine/ssh/host_key'
import type Server from '#app/servers/models/server'

/** Where OpenSSH keeps the host key of a type. */
const KEY_FILES: Record<string, string> = {
  'ssh-ed25519': '/etc/ssh/ssh_host_ed25519_key.pub',
  'ssh-rsa': '/etc/ssh/ssh_host_rsa_key.pub',
}

/**
 * What a person needs to connect a new server: the line that lets Muster in, and the fingerprint
 * to compare before anything logs in.
 */
export function connectPage(server: Server) {
  const offered = server.offeredHostKey!
  const key = server.publicKey.trim()
  return {
    server,
    fingerprint: { type: offered.type, value: fingerprint(offered) },
    keyFile: KEY_FILES[offered.type] ?? '/etc/ssh/ssh_host_ecdsa_key.pub',
    pasteLine: render(
      sh`mkdir -p ~/.ssh && chmod 700 ~/.ssh && echo ${key} >> ~/.ssh/authorized_keys && chmod 600 ~/.ssh/authorized_keys`
    ),
  }
}
