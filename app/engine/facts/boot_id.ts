import { sayingQuestion } from '#engine/shell/question'
import { type Remote } from '#engine/ssh/remote'

const BOOT_ID = sayingQuestion`read -r said </proc/sys/kernel/random/boot_id`

/**
 * Asks a server for what changes with each start of its system: the cheapest sign of life.
 *
 * @returns an empty text when it does not say
 * @throws RemoteError when the server cannot be asked
 */
export async function readBootId(remote: Remote): Promise<string> {
  const { output } = await remote.ask(BOOT_ID, { timeout: 20_000, maxBytes: 64 })
  return /^[0-9a-f-]{36}$/.exec(output.trim())?.[0] ?? ''
}
