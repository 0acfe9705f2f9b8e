import { sh } from '#engine/shell/command'
import { type Remote } from '#engine/ssh/remote'

/**
 * Asks a server for what changes with each start of its system: the cheapest sign of life. Asked
 * again when the connection was lost on the way, as that of a server that was just started is.
 *
 * @throws RemoteError when the server cannot be asked
 */
export async function readBootId(remote: Remote): Promise<string> {
  const ask = () => remote.run(sh`cat /proc/sys/kernel/random/boot_id`, { timeout: 20_000 })
  const first = await ask()
  const { stdout } = first.outcome.kind === 'unknown' ? await ask() : first
  return /^[0-9a-f-]{36}$/.exec(stdout.trim())?.[0] ?? ''
}
