import { compileScript, type ScriptStep } from '#engine/detached/script'
import { blobOf, readPublicKey } from '#engine/ssh/public_key'
import {
  addKey,
  findKeyFile,
  keyFileFailures,
  removeKey,
  type KeyLine,
} from '#engine/system/authorized_keys'

/** The key that a panel logs in with, and the user it logs in as. */
export interface LoginKey {
  user: string
  /** The line for `authorized_keys`. */
  publicKey: string
}

export interface KeyPlan {
  steps: readonly ScriptStep[]
}

/**
 * Plans what lets a key in as a user. Where the key is already, nothing is done.
 *
 * @param key.publicKey a line for `authorized_keys`, without options
 * @param key.like the line of a key whose options the new one gets
 * @throws UnusableKey when it is no such line
 */
export function installKey(key: { user: string; publicKey: string; like?: string }): KeyPlan {
  const line: KeyLine = readPublicKey(key.publicKey)
  const like = key.like === undefined ? undefined : blobOf(key.like)
  const edit = { command: addKey(line, { like }), label: `add ${line.type} to ${pathOf(key.user)}` }
  return { steps: [find(key.user), { name: 'add', title: 'Add the key', commands: [edit] }] }
}

/**
 * Plans what lets a key in no more. It goes by the key itself, never by its comment.
 *
 * @param login how the panel logs in at this server: that key is never removed
 * @throws TypeError when it is that key; UnusableKey when it is no line of a key
 */
export function uninstallKey(key: { user: string; publicKey: string }, login: LoginKey): KeyPlan {
  const line: KeyLine = readPublicKey(key.publicKey)
  if (key.user === login.user && line.key === blobOf(login.publicKey)) {
    throw new TypeError('Muster logs in with this key and does not remove it. Rotate it instead.')
  }
  const command = removeKey(line.key)
  const edit = { command, label: `remove ${line.type} from ${pathOf(key.user)}` }
  return { steps: [find(key.user), { name: 'remove', title: 'Remove the key', commands: [edit] }] }
}

/** The plan as the one script that a detached run executes. */
export function compileKeyPlan(plan: KeyPlan, options: { nonce: string }): string {
  return compileScript(plan.steps, options)
}

/** Why a plan failed and what to do, by its exit code; null for a code of other commands. */
export function explainKeyFailure(
  exitCode: number | null,
  user: string
): { reason: string; next: string } | null {
  const file = pathOf(user)
  switch (exitCode) {
    case keyFileFailures.noUser:
      return {
        reason: `There is no user ${user} on this server.`,
        next: 'Make the user on the server, or choose another.',
      }
    case keyFileFailures.elsewhere:
      return {
        reason: `sshd on this server does not read ${file}.`,
        next: 'See AuthorizedKeysFile in its sshd_config. Muster works with ~/.ssh/authorized_keys alone.',
      }
    case keyFileFailures.noHome:
      return {
        reason: `The home directory of ${user} is not there.`,
        next: 'Make it on the server, then try again.',
      }
    case keyFileFailures.link:
      return {
        reason: `${file} or its directory is a symbolic link, which Muster does not follow.`,
        next: 'Put a file and a directory there, or change the file the link leads to by hand.',
      }
    case keyFileFailures.notWritable:
      return {
        reason: `${file} could not be written. Nothing was changed.`,
        next: 'The file system may be read-only, or the file protected: see mount, and lsattr for the attributes i and a.',
      }
    case keyFileFailures.foreign:
      return {
        reason: `${file} or its directory does not belong to ${user}, or is no file.`,
        next: `See ls -la ~${user}/.ssh on the server. Muster changes only what belongs to the user.`,
      }
    case keyFileFailures.busy:
      return {
        reason: `Something else kept changing ${file}. Nothing was changed.`,
        next: 'Try again when it is done.',
      }
    case keyFileFailures.notText:
      return {
        reason: `${file} is no text file or larger than 1 MiB. Nothing was changed.`,
        next: 'Look at it on the server, and put it in order by hand.',
      }
    case keyFileFailures.noRoom:
      return {
        reason: 'There is no room on the disk for the new file. Nothing was changed.',
        next: 'Make room on the server, then try again.',
      }
    default:
      return null
  }
}

function find(user: string): ScriptStep {
  const command = { command: findKeyFile(user), label: `getent passwd ${user}` }
  return { name: 'find', title: `Find the keys of ${user}`, commands: [command] }
}

const pathOf = (user: string) => `~${user}/.ssh/authorized_keys`
