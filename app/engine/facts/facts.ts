import { parseFacts } from '#engine/facts/parse_facts'
import { sh } from '#engine/shell/command'
import { type Remote } from '#engine/ssh/remote'

export interface DiskFacts {
  mount: string
  filesystem: string
  sizeBytes: number
  usedBytes: number
  availableBytes: number
}

/** What a server says about itself. All of it is data from a machine that may lie. */
export interface ServerFacts {
  hostname: string
  os: { id: string; version: string; name: string }
  kernel: string
  architecture: string
  cpus: number
  memory: { totalBytes: number; availableBytes: number }
  swap: { totalBytes: number; freeBytes: number }
  /** Real file systems, the root first. */
  disks: DiskFacts[]
  /** Averages over 1, 5 and 15 minutes. */
  load: [number, number, number]
  uptimeSeconds: number
  /** Another one after each start of the system. */
  bootId: string
  /** `systemd`, or the name of process 1. */
  init: string
  /** `apt`, `dnf`, `yum`, `zypper`, `apk`, `pacman`, or null. */
  packageManager: string | null
  timezone: string
  /** Of what is installed; null for what is not. */
  versions: { nginx: string | null; git: string | null; node: string | null; npm: string | null }
}

/** POSIX sh, nothing but what a minimal system has; one `fact <name> <value>` per line. */
const PROGRAM = `{
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
fact() { printf 'fact %s %s\\n' "$1" "$2"; }
for key in ID VERSION_ID PRETTY_NAME; do
  sed -n "s/^$key=/fact os_$key /p" /etc/os-release 2>/dev/null
done
fact hostname "$(cat /proc/sys/kernel/hostname)"
fact kernel "$(uname -r)"
fact architecture "$(uname -m)"
fact cpus "$(nproc 2>/dev/null || grep -c ^processor /proc/cpuinfo)"
for key in MemTotal MemAvailable SwapTotal SwapFree; do
  sed -n "s/^$key: */fact $key /p" /proc/meminfo
done
df -lPkT 2>/dev/null | sed -n '2,200s/^/fact disk /p'
fact load "$(cat /proc/loadavg)"
fact uptime "$(cat /proc/uptime)"
fact boot_id "$(cat /proc/sys/kernel/random/boot_id)"
if [ -d /run/systemd/system ]; then fact init systemd; else fact init "$(cat /proc/1/comm)"; fi
for name in apt-get dnf yum zypper apk pacman; do
  if command -v "$name" >/dev/null; then fact package_manager "$name"; break; fi
done
zone=$(readlink /etc/localtime 2>/dev/null)
case $zone in
  *zoneinfo/*) fact timezone "\${zone#*zoneinfo/}" ;;
  *) fact timezone "$(cat /etc/timezone 2>/dev/null || echo UTC)" ;;
esac
command -v nginx >/dev/null && fact nginx "$(nginx -v 2>&1)"
command -v git >/dev/null && fact git "$(git --version)"
command -v node >/dev/null && fact node "$(node --version)"
if npm=$(command -v npm); then
  package=$(dirname "$(readlink -f "$npm")")/../package.json
  fact npm "$(sed -n 's/^ *"version": *"\\([^"]*\\)".*/\\1/p' "$package" 2>/dev/null | head -n 1)"
fi
exit 0
}
`

/**
 * Gathers the facts of a server in one command.
 *
 * @throws RemoteError when the server cannot be asked.
 */
export async function gatherFacts(remote: Remote): Promise<ServerFacts> {
  const { stdout } = await remote.mustRun(sh`sh -s`, { stdin: PROGRAM, timeout: 20_000 })
  return parseFacts(stdout)
}
