import { sh } from '#engine/shell/command'
import { RemoteError } from '#engine/ssh/errors'
import { type Remote } from '#engine/ssh/remote'
import { SudoRefused } from '#engine/ssh/sudo_refused'

const TIMEOUT = 20_000
const MAXIMUM_QUOTE = 300

/** The shell's exit code for a program it was not allowed to start. */
const NOT_EXECUTABLE = 126

/**
 * Looks, before anything is done, whether commands of a login run as root and may start programs,
 * and names the right that is missing.
 *
 * @throws SudoRefused, and RemoteError as `run` does
 */
export async function requireRoot(remote: Remote, username: string): Promise<void> {
  const server = remote.name
  const { outcome, stdout } = await remote
    .run(sh`id -u`, { timeout: TIMEOUT })
    .catch(async (error) => {
      throw error instanceof SudoRefused ? await withRules(remote, error) : error
    })
  if (outcome.kind === 'exited' && outcome.code === NOT_EXECUTABLE) {
    throw new SudoRefused({ server, username, missing: 'programs' })
  }
  const uid = /^\d{1,10}$/.exec(stdout.trim())?.[0]
  if (uid !== undefined && uid !== '0') {
    throw new SudoRefused({ server, username, missing: 'root', detail: `their user id is ${uid}.` })
  }
}

/** Asks sudo, which says so without a password, what it does allow. */
async function withRules(remote: Remote, error: SudoRefused): Promise<SudoRefused> {
  const { username, missing } = error
  if (missing !== 'password' && missing !== 'shell') return error
  try {
    const { stdout } = await remote.run(sh`sudo -n -l`, { asLogin: true, timeout: TIMEOUT })
    const rules = [...stdout.matchAll(/^ +(\([^)\n]*\) .*)$/gm)].map(([, rule]) => rule)
    if (rules.length === 0) return error
    const allowed = rules.join('; ').replace(/\p{C}/gu, '').slice(0, MAXIMUM_QUOTE)
    const detail = `of what Muster needs, /bin/sh as root, its rules only say ${allowed}`
    return new SudoRefused({ server: remote.name, username, missing, detail })
  } catch (failure) {
    if (failure instanceof RemoteError) return error
    throw failure
  }
}
