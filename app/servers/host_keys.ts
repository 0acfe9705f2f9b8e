import { sh } from '#engine/shell/command'
import { RemoteError } from '#engine/ssh/errors'
import { fingerprint, type HostKey } from '#engine/ssh/host_key'
import type { Remote } from '#engine/ssh/remote'

/**
 * All key types of a host, read over a session that is already pinned, so that a later switch of
 * type is no alarm; only the confirmed one when they cannot be read.
 */
export async function readAllHostKeys(remote: Remote, confirmed: HostKey): Promise<HostKey[]> {
  const { stdout } = await remote
    .run(sh`cat /etc/ssh/ssh_host_*_key.pub`, { timeout: 20_000 })
    .catch((error) => {
      if (error instanceof RemoteError) return { stdout: '' }
      throw error
    })
  const others = stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([type, key]) => /^(ssh|ecdsa)-[a-z0-9-]{1,40}$/.test(type ?? '') && isBase64(key))
    .map(([type, key]) => ({ type, key }))
    .filter(({ key }) => key !== confirmed.key)
  return [confirmed, ...others.slice(0, 8)]
}

/** Keys as people compare them. */
export function fingerprintsOf(keys: readonly HostKey[]) {
  return keys.map((key) => ({ type: key.type, value: fingerprint(key) }))
}

function isBase64(value: string | undefined): value is string {
  return value !== undefined && value.length < 4096 && /^[A-Za-z0-9+/]+={0,2}$/.test(value)
}
