import { sh } from '#engine/shell/command'
import { render } from '#engine/shell/render'
import { fingerprint } from '#engine/ssh/host_key'
import type Server from '#app/servers/models/server'

const KEY_FILES: Record<string, string> = {
  'ssh-ed25519': '/etc/ssh/ssh_host_ed25519_key.pub',
  'ssh-rsa': '/etc/ssh/ssh_host_rsa_key.pub',
}

/** Where OpenSSH keeps the host key of a type. */
export function keyFileOf(type: string): string {
  return KEY_FILES[type] ?? '/etc/ssh/ssh_host_ecdsa_key.pub'
}

/** The line that lets a public key in, for a person to paste on the server. */
export function pasteLineOf(publicKey: string): string {
  const key = publicKey.trim()
  return render(
    sh`mkdir -p ~/.ssh && chmod 700 ~/.ssh && echo ${key} >> ~/.ssh/authorized_keys && chmod 600 ~/.ssh/authorized_keys`
  )
}

/**
 * What a person needs to connect a new server: the line that lets Muster in, and the fingerprint
 * to compare before anything logs in.
 */
export function connectPage(server: Server) {
  const offered = server.offeredHostKey!
  return {
    server,
    fingerprint: { type: offered.type, value: fingerprint(offered) },
    keyFile: keyFileOf(offered.type),
    pasteLine: pasteLineOf(server.publicKey),
  }
}
