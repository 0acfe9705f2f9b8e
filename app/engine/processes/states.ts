import { unitPrefix } from '#engine/processes/units'
import { type Command, sh } from '#engine/shell/command'

/** One instance as its server sees it. All of it is data from a machine that may lie. */
export interface InstanceState {
  unit: string
  process: string
  number: number
  slot: 'a' | 'b' | null
  /** systemd's word: `active`, `activating`, `failed`, `inactive` ... */
  state: string
  subState: string
  memoryBytes: number | null
  /** Percent of one processor during the look. */
  cpuPercent: number | null
  restarts: number
  /** Seconds since it began to run; null when it does not. */
  seconds: number | null
}

const PROPERTIES = [
  ...['Id', 'ActiveState', 'SubState', 'MemoryCurrent', 'CPUUsageNSec', 'NRestarts'],
  ...['ActiveEnterTimestampMonotonic', 'ControlGroup'],
]

/** Most instances that are looked at. */
const MOST = 200

/** What one unit of time in `/proc/<pid>/stat` is (proc(5), USER_HZ of Linux). */
const TICK_NANOSECONDS = 10_000_000

/**
 * Asks systemd about every unit of a project, twice, a moment apart, so that the use of processors can
 * be told. Where control groups of version 1 leave systemd without it, as in some containers, the
 * processes themselves say what they used. `parseStates` reads the answer.
 */
export function readStates(slug: string): Command {
  const prefix = unitPrefix(slug)
  return sh`cd /etc/systemd/system || exit 1
set --
for file in ${prefix}-[ab].service ${prefix}-[ab].[0-9]*.service ${prefix}.[a-z]*.[0-9]*.service; do
  if [ -e "$file" ] && [ "$#" -lt ${MOST} ]; then set -- "$@" "$file"; fi
done
if [ "$#" = 0 ]; then exit 0; fi
ticks() {
  total=0
  while read -r pid; do
    if read -r stat < "/proc/$pid/stat"; then
      set -- \${stat##*) }
      total=$((total + \${12} + \${13}))
    fi
  done < "$1" 2>/dev/null
  printf 'Ticks=%s\\n' "$total"
}
look() {
  read -r uptime rest < /proc/uptime
  printf 'Uptime=%s\\n\\n' "$uptime"
  systemctl show --no-pager --property=${PROPERTIES.join(',')} -- "$@" |
    while IFS= read -r line; do
      printf '%s\\n' "$line"
      group=/sys/fs/cgroup/systemd\${line#ControlGroup=}/cgroup.procs
      case $line in
        ControlGroup=/*) if [ -e "$group" ]; then ticks "$group"; fi ;;
      esac
    done
}
look "$@"
sleep 0.3
printf '\\n'
look "$@"`
}

/** What `readStates` printed, as instances: the web ones first, the others by name. */
export function parseStates(slug: string, text: string): InstanceState[] {
  let uptime = 0
  const seen = new Map<string, { nanoseconds: number | null; uptime: number }>()
  const states = new Map<string, InstanceState>()
  for (const block of text.split('\n\n')) {
    const fields = new Map(
      block.split('\n').flatMap((line) => {
        const at = line.indexOf('=')
        return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : []
      })
    )
    if (fields.has('Uptime')) uptime = Number(fields.get('Uptime')) || 0
    const unit = fields.get('Id') ?? ''
    const named = readUnitName(slug, unit)
    if (!named) continue
    const nanoseconds = usedNanoseconds(fields)
    const before = seen.get(unit)
    seen.set(unit, { nanoseconds, uptime })
    states.set(unit, {
      ...named,
      unit,
      state: word(fields.get('ActiveState')),
      subState: word(fields.get('SubState')),
      memoryBytes: wholeNumber(fields.get('MemoryCurrent')),
      cpuPercent: usedPercent(before, { nanoseconds, uptime }),
      restarts: wholeNumber(fields.get('NRestarts')) ?? 0,
      seconds: runningFor(fields, uptime),
    })
  }
  return [...states.values()].sort(
    (one, other) =>
      Number(other.process === 'web') - Number(one.process === 'web') ||
      one.process.localeCompare(other.process, 'en') ||
      one.number - other.number ||
      one.unit.localeCompare(other.unit, 'en')
  )
}

function readUnitName(slug: string, unit: string) {
  const prefix = unitPrefix(slug)
  if (!unit.startsWith(prefix)) return null
  const rest = unit.slice(prefix.length)
  const web = /^-([ab])(?:\.(\d{1,3}))?\.service$/.exec(rest)
  if (web) return { process: 'web', number: Number(web[2] ?? 1), slot: web[1] as 'a' | 'b' }
  const other = /^\.([a-z][a-z0-9_-]{0,23})\.(\d{1,3})\.service$/.exec(rest)
  return other ? { process: other[1], number: Number(other[2]), slot: null } : null
}

function usedNanoseconds(fields: Map<string, string>): number | null {
  const ticks = wholeNumber(fields.get('Ticks'))
  return (
    wholeNumber(fields.get('CPUUsageNSec')) ?? (ticks === null ? null : ticks * TICK_NANOSECONDS)
  )
}

function usedPercent(
  before: { nanoseconds: number | null; uptime: number } | undefined,
  now: { nanoseconds: number | null; uptime: number }
): number | null {
  if (!before || before.nanoseconds === null || now.nanoseconds === null) return null
  const seconds = now.uptime - before.uptime
  if (seconds <= 0) return null
  return Math.max(0, (now.nanoseconds - before.nanoseconds) / 1e7 / seconds)
}

function runningFor(fields: Map<string, string>, uptime: number): number | null {
  if (fields.get('ActiveState') !== 'active') return null
  const began = wholeNumber(fields.get('ActiveEnterTimestampMonotonic'))
  return began ? Math.max(0, uptime - began / 1e6) : null
}

/** `[not set]` and the largest number of 64 bits, which systemd says instead, are no numbers. */
function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
}

function word(text: string | undefined): string {
  return /^[a-z-]{1,30}$/.test(text ?? '') ? text! : 'unknown'
}
