import { execute, executeAsync, withPublicFiles } from '#tests/fleet/execute'
import { type Machine } from '#tests/fleet/machine'

const ENVIRONMENT = [
  'HOME=/root',
  'USER=root',
  'LANG=C.UTF-8',
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
]

/**
 * The system running on a host, reached past ssh: to set a scene, or to see the truth a test compares with.
 * Everything raises an error while the host is powered off.
 */
export class HostSystem {
  readonly name: string
  protected readonly machine: Machine

  constructor(name: string, machine: Machine) {
    this.name = name
    this.machine = machine
  }

  /** Runs a command as root and returns its standard output. Raises ExecutionFailed. */
  inside(argv: readonly string[], input?: string | Buffer): string {
    return execute(this.#enter(argv), { input })
  }

  /** The same without blocking the event loop. */
  insideAsync(argv: readonly string[], input?: string | Buffer): Promise<string> {
    return executeAsync(this.#enter(argv), { input })
  }

  /** Writes a file whole; `mode` in octal digits. */
  writeFile(
    file: string,
    content: string | Buffer,
    { mode = '644', owner = 'root' }: { mode?: string; owner?: string } = {}
  ): void {
    const write = 'umask 077 && cat > "$1" && chown "$2" "$1" && chmod "$3" "$1"'
    this.inside(['sh', '-c', write, 'sh', file, owner, mode], content)
  }

  /** Where this machine sees a file of the host; not to be followed through absolute links. */
  path(file: string): string {
    return `/proc/${this.#pid1()}/root${file}`
  }

  /** Resolves with systemd's verdict, `running` or `degraded`, when every unit has started. */
  async systemState(): Promise<string> {
    const question = 'systemctl is-system-running --wait || true'
    const state = await this.insideAsync(['sh', '-c', question])
    return state.trim()
  }

  /** Lets an existing user, root too, log in by this password. */
  setPassword(user: string, password: string): void {
    this.inside(['chpasswd'], `${user}:${password}\n`)
  }

  #enter(argv: readonly string[]): string[] {
    return [
      ...['nsenter', '--target', String(this.#pid1())],
      ...['--mount', '--pid', '--uts', '--net', '--ipc', '--cgroup', '--time', '--'],
      ...['env', '-i', ...ENVIRONMENT],
      ...withPublicFiles(argv),
    ]
  }

  #pid1(): number {
    const pid = this.machine.pid1
    if (!pid) throw new Error(`${this.name} is powered off`)
    return pid
  }
}
