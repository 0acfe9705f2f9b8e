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

/** A service of the system's init that people know by name, or that has failed. */
export interface ServiceFacts {
  /** Without `.service`. */
  name: string
  /** `active`, `failed`, `inactive`, `activating` ... as systemd says it. */
  state: string
}

/** A TCP port on which something waits for connections. */
export interface PortFacts {
  port: number
  /** As the system writes it; `*` for every address. */
  address: string
  /** Null where the system does not tell. */
  process: string | null
}

/** What a server says about itself. All of it is data from a machine that may lie. */
export interface ServerFacts {
  hostname: string
  os: { id: string; version: string; name: string }
  kernel: string
  architecture: string
  cpus: number
  cpuModel: string
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
  services: ServiceFacts[]
  ports: PortFacts[]
  rebootRequired: boolean
  /** As the package manager's own lists know; null where they do not tell. */
  updates: { total: number; security: number } | null
  /** Of what is installed; null for what is not. */
  versions: {
    nginx: string | null
    git: string | null
    node: string | null
    npm: string | null
    /** Versions of php-fpm, with commas. */
    php: string | null
    python: string | null
  }
}

/** Services that tell what a server is for, as patterns of systemctl(1). */
const SERVICES = [
  ...['nginx', 'apache2', 'httpd', 'caddy', 'haproxy', 'traefik', 'varnish', 'php*-fpm'],
  ...['mysql', 'mysqld', 'mariadb', 'postgresql', 'postgresql@*', 'mongod', 'redis*', 'valkey*'],
  ...['memcached', 'rabbitmq-server', 'elasticsearch', 'opensearch', 'minio'],
  ...['docker', 'containerd', 'podman', 'k3s*', 'libvirtd', 'supervisor', 'muster-*'],
  ...['ssh', 'sshd', 'cron', 'crond', 'fail2ban', 'ufw', 'nftables', 'postfix', 'dovecot'],
  ...['named', 'dnsmasq', 'tailscaled', 'wg-quick@*', 'openvpn*', 'prometheus*', 'grafana-server'],
]
  .map((name) => `'${name}.service'`)
  .join(' ')

/** POSIX sh, nothing but what a minimal system has; one `fact <name> <value>` per line. */
const PROGRAM = `{
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
fact() { printf 'fact %s %s\\n' "$1" "$2"; }
list() { timeout 5 systemctl list-units --type=service --plain --no-legend --no-pager --full "$@" 2>/dev/null; }
for key in ID VERSION_ID PRETTY_NAME; do
  sed -n "s/^$key=/fact os_$key /p" /etc/os-release 2>/dev/null
done
fact hostname "$(cat /proc/sys/kernel/hostname)"
fact kernel "$(uname -r)"
fact architecture "$(uname -m)"
fact cpu_model "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
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
for flag in /var/run/reboot-required /run/reboot-required; do
  if [ -e "$flag" ]; then fact reboot_required yes; fi
done
if command -v apt-get >/dev/null && ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then
  updates=$(timeout 15 apt-get -s -q -o Debug::NoLocking=true upgrade 2>/dev/null) &&
    printf '%s\\n' "$updates" | awk '/^Inst /{all++; if (tolower($0) ~ /security/) urgent++}
      END {print "fact updates " (all + 0) " " (urgent + 0)}'
fi
if [ -d /run/systemd/system ]; then
  { list --all ${SERVICES}; list --state=failed; } | sed '/^ *muster-runs-/d' | sed -n '1,80s/^/fact service /p'
fi
if command -v ss >/dev/null; then ss -Hltnp 2>/dev/null | sed -n '1,200s/^/fact listen /p'
else cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | sed -n '/ 0A /s/^/fact socket /p' | head -n 200; fi
command -v nginx >/dev/null && fact nginx "$(nginx -v 2>&1)"
command -v git >/dev/null && fact git "$(git --version)"
command -v node >/dev/null && fact node "$(node --version)"
fact php "$(ls /usr/sbin 2>/dev/null | sed -n 's/^php-fpm\\([0-9]*\\.[0-9]*\\)$/\\1/p' | tr '\\n' ' ')"
command -v python3 >/dev/null && fact python "$(python3 --version 2>&1)"
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
  const { stdout } = await remote.mustRun(sh`sh -s`, { stdin: PROGRAM, timeout: 40_000 })
  return parseFacts(stdout)
}
