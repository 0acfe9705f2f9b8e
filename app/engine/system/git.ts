import { type Command, sh } from '#engine/shell/command'
import { assertForm, GrammarError, isAbsolutePath, readRepositoryUrl } from '#engine/system/grammar'

export interface GitAccess {
  /** The bare repository. */
  repository: string
  /** A file with the private key, or null for none. */
  keyFile: string | null
  /** A file with the pinned host keys. */
  knownHostsFile: string
}

/**
 * Variables under which git asks nobody anything, reads no configuration but the repository's
 * own, speaks https and ssh only, and trusts only pinned host keys (git(1), ssh_config(5)).
 */
export function gitVariables({ keyFile, knownHostsFile }: GitAccess): string[] {
  assertForm(isAbsolutePath, knownHostsFile, 'The file of known hosts')
  if (keyFile !== null) assertForm(isAbsolutePath, keyFile, 'The key file')
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${knownHostsFile}`,
    'GlobalKnownHostsFile=/dev/null',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    `IdentityFile=${keyFile ?? 'none'}`,
    'ConnectTimeout=20',
    'ServerAliveInterval=15',
  ]
  return [
    `GIT_SSH_COMMAND=ssh -F /dev/null ${options.map((option) => `-o ${option}`).join(' ')}`,
    'GIT_TERMINAL_PROMPT=0',
    'GIT_ASKPASS=/bin/false',
    'GIT_CONFIG_NOSYSTEM=1',
    'GIT_CONFIG_GLOBAL=/dev/null',
    'GIT_ALLOW_PROTOCOL=https:ssh',
  ]
}

/**
 * Settings under which git reads user and token for one host, and only for it, from a file:
 * a redirect to another host is not answered with them (gitcredentials(7)).
 */
export function credentialSettings(repositoryUrl: string, credentialFile: string): string[] {
  assertForm(isAbsolutePath, credentialFile, 'The credential file')
  const address = readRepositoryUrl(repositoryUrl)
  if (address?.protocol !== 'https') {
    throw new GrammarError('An access token opens repositories over https alone.')
  }
  const host = address.port === null ? address.host : `${address.host}:${address.port}`
  return [
    '-c',
    'credential.helper=',
    '-c',
    `credential.https://${host}.helper=!f() { cat -- ${credentialFile}; }; f`,
  ]
}

/** `git` on a bare repository, with hooks, submodules and redirections off. */
export function git(repository: string, words: Command): Command {
  const settings = [
    '-c',
    'core.hooksPath=/dev/null',
    '-c',
    'core.fsmonitor=false',
    '-c',
    'fetch.recurseSubmodules=false',
    '-c',
    'gc.auto=0',
  ]
  return sh`git ${settings} --git-dir ${repository} ${words}`
}
