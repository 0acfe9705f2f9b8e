import { type ScriptStep } from '#engine/detached/script'
import { isProcessName, WEB } from '#engine/processes/settings'
import { portFunction, unitPrefix } from '#engine/processes/units'
import { type Command, sh } from '#engine/shell/command'
import { assertForm } from '#engine/system/grammar'
import { lastLines } from '#engine/system/systemd'

export type ProcessAct = 'start' | 'stop' | 'restart'

export interface ActInput {
  slug: string
  unixUser: string
  /** A process of the project; null for all of them. */
  process: string | null
  act: ProcessAct
  /** Asks one web instance as the health check does; `$1` is its port. Succeeds when it is well. */
  healthy: Command
  healthPath: string
  healthTimeoutSeconds: number
}

/** How long an instance without a port is watched, in tenths of a second. */
const WATCHED_TENTHS = 30

/**
 * Plans starting, stopping or restarting instances that are there. A restart takes one after the other
 * and goes on only when the one before it is well: a web instance when it answers as the health check
 * wants, another when it lives. Deployments and acts on one project keep out of each other's way.
 *
 * @throws GrammarError for a value out of its form.
 */
export function planAct(input: ActInput): ScriptStep[] {
  return [
    {
      name: 'check',
      title: 'Look at the processes',
      commands: [
        { command: lock(input.slug), label: 'lock the project' },
        { command: findUnits(input) },
        { command: functions(input) },
      ],
    },
    {
      name: input.act,
      title: TITLES[input.act],
      commands: [{ command: ACTS[input.act] }],
    },
  ]
}

const TITLES = { start: 'Start', stop: 'Stop', restart: 'Restart one after the other' }

const ACTS: Record<ProcessAct, Command> = {
  start: sh`for unit in "\${units[@]}"; do
  printf 'Start %s\\n' "$unit"
  systemctl --no-ask-password --quiet enable -- "$unit"
  since=$EPOCHSECONDS
  systemctl --no-ask-password start -- "$unit"
  wait_for "$unit"
done`,
  stop: sh`printf 'Stop %s\\n' "\${units[@]}"
for unit in "\${units[@]}"; do
  # Else the next visitor would start it again.
  if [ -e "/etc/systemd/system/\${unit%.service}.socket" ]; then
    systemctl --no-ask-password stop -- "\${unit%.service}.socket"
  fi
done
systemctl --no-ask-password --quiet disable -- "\${units[@]}"
systemctl --no-ask-password stop -- "\${units[@]}"
systemctl --no-ask-password --quiet reset-failed -- "\${units[@]}" 2>/dev/null || true
for unit in "\${units[@]}"; do
  if systemctl --quiet is-active -- "$unit"; then
    printf '%s still runs.\\n' "$unit"
    exit 1
  fi
done`,
  restart: sh`for unit in "\${units[@]}"; do
  printf 'Restart %s\\n' "$unit"
  systemctl --no-ask-password --quiet reset-failed -- "$unit" 2>/dev/null || true
  since=$EPOCHSECONDS
  systemctl --no-ask-password restart -- "$unit"
  wait_for "$unit"
done`,
}

function lock(slug: string): Command {
  const base = `/srv/muster/${slug}`
  return sh`if [ ! -d ${base} ]; then
  printf 'Nothing of this project is on the server yet. Deploy it first.\\n'
  exit 66
fi
exec 8>>${`${base}/lock`}
if ! flock -w 5 8; then
  printf 'A deployment of this project is under way on this server.\\n'
  exit 75
fi`
}

function findUnits({ slug, process }: ActInput): Command {
  const prefix = unitPrefix(slug)
  const name = process === null ? null : assertForm(isProcessName, process, 'The process')
  const web = sh`/etc/systemd/system/${prefix}-[ab].service /etc/systemd/system/${prefix}-[ab].[0-9]*.service`
  const others = name
    ? sh`/etc/systemd/system/${`${prefix}.${name}`}.[0-9]*.service`
    : sh`/etc/systemd/system/${prefix}.[a-z]*.[0-9]*.service`
  const files = name === WEB ? web : name ? others : sh`${web} ${others}`
  return sh`units=()
for file in ${files}; do
  if [ -e "$file" ]; then units+=("\${file##*/}"); fi
done
if [ "\${#units[@]}" = 0 ]; then
  printf 'There is no such process on the server. The next deployment brings what the settings say.\\n'
  exit 66
fi`
}

function functions(input: ActInput): Command {
  return sh`${input.healthy}
${portFunction(input.unixUser)}
wait_for() {
  local port='' why='is not well' began=$SECONDS tries=0 state restarts
  port=$(sed -n 's/^Environment=PORT=\\([0-9]*\\)$/\\1/p' /etc/systemd/system/"$1")
  if grep -q '^KillSignal=SIGQUIT$' /etc/systemd/system/"$1"; then port=''; fi
  while true; do
    if [ -n "$port" ]; then
      if healthy "http://127.0.0.1:$port"${input.healthPath}; then
        if ! owns_port "$port"; then
          why="is not what listens on port $port"
          break
        fi
        printf 'Answered %s after %s s\\n' "$status" "$((SECONDS - began))"
        return 0
      fi
      if [ "$((SECONDS - began))" -ge ${input.healthTimeoutSeconds} ]; then break; fi
    fi
    state=$(systemctl show --property=ActiveState --value -- "$1")
    restarts=$(systemctl show --property=NRestarts --value -- "$1")
    if [ "$state" = failed ] || { [ -z "$port" ] && [ "\${restarts:-0}" -gt 0 ]; }; then break; fi
    if [ -z "$port" ] && [ "$tries" -ge ${WATCHED_TENTHS} ]; then return 0; fi
    sleep 0.3
    tries=$((tries + 3))
  done
  printf '%s %s. The others are as they were. Its last lines:\\n' "\${1%.service}" "$why"
  ${lastLines(sh`"$1"`)}
  exit 1
}`
}
