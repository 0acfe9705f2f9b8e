import { RemoteError } from '#engine/ssh/errors'

/** Which right a login lacks to run commands as root. */
export type MissingRight =
  | 'sudo' // it is not installed
  | 'setuid' // its file cannot make anyone root
  | 'password' // it asks for one
  | 'terminal' // requiretty
  | 'shell' // /bin/sh is not among what it allows
  | 'programs' // NOEXEC
  | 'root' // it makes another user of them
  | 'unknown'

export interface SudoFailure {
  /** The server's name. */
  server: string
  username: string
  missing: MissingRight
  /** What the server said, or what is known besides. */
  detail?: string
}

/** A login may not run commands as root, for lack of one right. */
export class SudoRefused extends RemoteError {
  override readonly name = 'SudoRefused'
  readonly username: string
  readonly missing: MissingRight

  constructor(failure: SudoFailure) {
    const [message, hint] = explain(failure)
    super('E_SUDO', message, hint)
    this.username = failure.username
    this.missing = failure.missing
  }
}

/** What `sudo` or the shell in its place wrote, in the language C, as the right that is missing. */
export function missingRight(stderr: string): MissingRight | undefined {
  if (/sudo: (?:command )?not found|sudo: No such file/.test(stderr)) return 'sudo'
  if (/must be owned by uid 0|effective uid is not 0|"no new privileges"/.test(stderr)) {
    return 'setuid'
  }
  if (/you must have a tty/.test(stderr)) return 'terminal'
  if (/is not allowed to execute|may not run sudo|is not in the sudoers file/.test(stderr)) {
    return 'shell'
  }
  if (/a password is required|a terminal is required to read/.test(stderr)) return 'password'
  return /^sudo:|\bsudoers\b/m.test(stderr) ? 'unknown' : undefined
}

function explain({ server, username, missing, detail }: SudoFailure): [string, string] {
  const rule = `${username} ALL=(ALL:ALL) NOPASSWD: ALL`
  const allow = `As root on ${server}, add this line with visudo -f /etc/sudoers.d/muster: ${rule}`
  const said = detail ? `: ${detail}` : '.'
  switch (missing) {
    case 'sudo':
      return [
        `sudo is not installed on ${server}, and user ${username} is not root.`,
        `Install it (apt install sudo). ${allow}`,
      ]
    case 'setuid':
      return [
        `sudo on ${server} cannot make anyone root${said}`,
        'Reinstall sudo, and look whether its file system is mounted with nosuid or sshd runs with NoNewPrivileges.',
      ]
    case 'password':
      return [
        `sudo on ${server} asks user ${username} for a password (a password is required)${said}`,
        allow,
      ]
    case 'terminal':
      return [
        `sudo on ${server} works at a terminal only (requiretty), and Muster has none there.`,
        `As root on ${server}, add this line with visudo -f /etc/sudoers.d/muster: Defaults:${username} !requiretty`,
      ]
    case 'shell':
      return [`sudo on ${server} does not let user ${username} run /bin/sh as root${said}`, allow]
    case 'programs':
      return [
        `sudo on ${server} lets user ${username} start /bin/sh as root, but no program from it (NOEXEC).`,
        `As root on ${server}, take NOEXEC and "Defaults noexec" away, or add this line with visudo -f /etc/sudoers.d/muster: ` +
          `${username} ALL=(ALL:ALL) NOPASSWD:EXEC: ALL`,
      ]
    case 'root':
      return [
        `Commands of user ${username} on ${server} do not run as root${said}`,
        `Log in as root or as a user whom sudo makes root: look for runas_default in sudoers. ${allow}`,
      ]
    case 'unknown':
      return [`User ${username} on ${server} may not become root${said}`, allow]
  }
}
