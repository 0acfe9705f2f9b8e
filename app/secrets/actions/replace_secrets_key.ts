import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { ConsoleError } from '#app/core/exceptions/console_error'
import { readIfThere, replaceFile, withNewSecretsKey } from '#app/secrets/env_file'

export interface KeyReplacement {
  /** Where `.env` is. */
  directory: string
  /** What the process has in its environment, from `.env` or from elsewhere. */
  environment: { SECRETS_KEY?: string; SECRETS_KEY_PREVIOUS?: string }
  freshKey: string
}

/**
 * The first step of a rotation: gives `.env` a fresh SECRETS_KEY and keeps the one it had in
 * SECRETS_KEY_PREVIOUS. Stored secrets are not touched.
 */
export default class ReplaceSecretsKey {
  /**
   * @throws ConsoleError when a rotation is under way already, or the key is not in `.env`
   */
  handle({ directory, environment, freshKey }: KeyReplacement): void {
    const file = join(directory, '.env')
    const text = readIfThere(file)
    if (text === null) throw new ConsoleError(noFile(directory))
    const written = parseEnv(text)
    if (environment.SECRETS_KEY_PREVIOUS || written.SECRETS_KEY_PREVIOUS) {
      throw new ConsoleError(UNDER_WAY)
    }
    if (environment.SECRETS_KEY && environment.SECRETS_KEY !== written.SECRETS_KEY) {
      throw new ConsoleError(SET_ELSEWHERE)
    }
    replaceFile(file, withNewSecretsKey(text, freshKey))
  }
}

const BY_HAND = `1. Set SECRETS_KEY_PREVIOUS to what SECRETS_KEY is now.
2. Set SECRETS_KEY to what this prints: openssl rand -base64 32
3. Restart all processes of the panel, then run: node ace secrets:rotate`

const UNDER_WAY = `SECRETS_KEY_PREVIOUS is set already: a rotation is under way. Finish it first:
1. Run: node ace secrets:rotate
2. Remove SECRETS_KEY_PREVIOUS and restart all processes of the panel.`

const SET_ELSEWHERE = `SECRETS_KEY comes from the environment of this process, which wins over .env.
Where it is set:
${BY_HAND}`

function noFile(directory: string) {
  return `There is no .env in ${directory}. Where the panel gets its environment from:\n${BY_HAND}`
}
