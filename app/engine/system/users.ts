import { type Command, sh } from '#engine/shell/command'
import { assertForm, isAbsolutePath, isUnixUser } from '#engine/system/grammar'

/**
 * Makes a system user without a login. One that exists is taken only if its home is the same,
 * so that no account of somebody else's is ever used.
 */
export function ensureSystemUser(user: string, home: string): Command {
  assertForm(isUnixUser, user, 'The Unix user')
  assertForm(isAbsolutePath, home, 'The home directory')
  return sh`if entry=$(getent passwd ${user}); then
  if [ "$(printf '%s' "$entry" | cut -d : -f 6)" != ${home} ]; then
    printf 'The user %s exists on this server and belongs to something else.\\n' ${user}
    exit 78
  fi
else
  useradd --system --user-group --no-create-home --home-dir ${home} --shell /usr/sbin/nologin ${user}
fi`
}

export interface UserEnvironment {
  user: string
  home: string
  /** Further variables, as `KEY=value` words. */
  variables?: readonly string[]
}

/**
 * Runs a simple command as a user, with nothing of root's environment and no way to gain rights
 * (setpriv(1)). It stays in the caller's control group and keeps the marker of the run, so that
 * cancelling the run ends it.
 */
export function asUser({ user, home, variables = [] }: UserEnvironment, command: Command): Command {
  assertForm(isUnixUser, user, 'The Unix user')
  const environment = [
    `HOME=${home}`,
    `USER=${user}`,
    `LOGNAME=${user}`,
    'SHELL=/bin/bash',
    'LC_ALL=C.UTF-8',
    'PATH=/usr/local/bin:/usr/bin:/bin',
    ...variables,
  ]
  return sh`setpriv --reuid ${user} --regid ${user} --init-groups --no-new-privs env -i MUSTER_RUN="\${MUSTER_RUN:-}" ${environment} ${command}`
}
