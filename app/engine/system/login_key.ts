import { sh, type Command } from '#engine/shell/command'

/**
 * Lets a public key in for the user who logs in. A key that is there already is not added again.
 * Run it as that user.
 *
 * @param key a line of authorized_keys(5)
 */
export function authorizeKey(key: string): Command {
  return sh`umask 077; mkdir -p ~/.ssh && touch ~/.ssh/authorized_keys && { grep -qxF -- ${key} ~/.ssh/authorized_keys || printf '%s\\n' ${key} >> ~/.ssh/authorized_keys; }`
}

/**
 * Takes a public key out again: the lines that are exactly this one. The file keeps its owner and
 * its mode, and stays as it was when the rest of it cannot be written.
 */
export function withdrawKey(key: string): Command {
  return sh`cd ~/.ssh && umask 077 && { grep -vxF -- ${key} authorized_keys > authorized_keys.muster || test $? = 1; } && cat authorized_keys.muster > authorized_keys; rm -f authorized_keys.muster`
}
