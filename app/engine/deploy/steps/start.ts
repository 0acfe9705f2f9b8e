import { type DeployContext, servedDirectory, siteOf } from '#engine/deploy/context'
import { phpSocket, portOf, SLOTS, type Slot } from '#engine/deploy/layout'
import { holdNginx, holdNginxToUndo, releaseNginx } from '#engine/deploy/nginx_lock'
import { type ScriptStep } from '#engine/detached/script'
import { unitPrefix } from '#engine/processes/units'
import { WEB } from '#engine/processes/settings'
import { type Command, sh } from '#engine/shell/command'
import { renderCandidate } from '#engine/system/nginx'

/** Ports for instances beyond the first are taken from here, as they are free on the server. */
const FURTHER_PORTS = [10_000, 19_999] as const

/** Starts the new instances in the slot that is free, beside those that serve. */
export function start(context: DeployContext): ScriptStep {
  const isPhp = context.project.runtime === 'php'
  return {
    name: 'start',
    title: isPhp ? 'Start php for the new release' : 'Start the new instances',
    commands: [
      { command: chooseSlot(context) },
      { command: freeThePort() },
      { command: writeUnits(context), label: 'write the units' },
      { command: sh`systemctl --no-ask-password daemon-reload` },
      {
        command: sh`since=$EPOCHSECONDS
systemctl --no-ask-password start -- "\${units[@]}"`,
        label: 'systemctl start',
      },
      ...(isPhp ? [{ command: serveCandidate(context), label: 'serve it on a local port' }] : []),
    ],
    undo: [sh`remove_units \${units[*]:-}`, ...(isPhp ? [endCandidate(context)] : [])],
    always: isPhp ? [sh`rm -f -- ${context.layout.candidate}`] : [],
  }
}

/** The live file says which slot is live, because it is what decides who is asked. */
function chooseSlot(context: DeployContext): Command {
  const { project, layout } = context
  const { appPort } = project
  return sh`live=$(sed -n 's/^# muster release=[0-9A-Z]* slot=\\([ab]\\)$/\\1/p' ${layout.live} 2>/dev/null) || live=''
if [ "$live" = a ]; then
  slot=b port=${portOf(appPort, 'b')}
else
  slot=a port=${portOf(appPort, 'a')}
fi
printf 'Slot %s on port %s\\n' "$slot" "$port"
muster_result slot "$slot"
remove_units $(units_in "$slot")
if [ -e ${layout.candidate} ]; then
  ${holdNginx()}
  rm -f -- ${layout.candidate}
  systemctl --no-ask-password reload-or-restart nginx
  ${releaseNginx()}
  sleep 0.5
fi`
}

/** Else a stranger that listens there would be taken for a healthy instance. */
function freeThePort(): Command {
  return sh`listens_on() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
if listens_on "$port"; then
  printf 'Something else on this server listens on port %s already.\\n' "$port"
  exit 98
fi`
}

/** Further ports are decided on the server, one deployment after the other. */
function writeUnits({ project }: DeployContext): Command {
  const prefix = unitPrefix(project.slug)
  return sh`definition ${WEB}
count=$instances units=() ports=()
if [ "$count" -lt 1 ]; then
  printf 'This release has no process web.\\n'
  exit 78
fi
exec 9>>/srv/muster/.ports
flock -w 60 9
next=${FURTHER_PORTS[0]}
for ((number = 1; number <= count; number++)); do
  if [ "$number" = 1 ]; then
    unit=${prefix}-$slot.service
    ports+=("$port")
  else
    unit=${prefix}-$slot.$number.service
    while grep -qsx "Environment=PORT=$next" /etc/systemd/system/muster-*.service || listens_on "$next"; do
      next=$((next + 1))
      if [ "$next" -gt ${FURTHER_PORTS[1]} ]; then
        printf 'No port is free for another instance.\\n'
        exit 98
      fi
    done
    ports+=("$next")
  fi
  units+=("$unit")
  write_unit "$unit" ${WEB} "$number" "\${ports[number - 1]}" "$slot"
done
exec 9>&-
printf '%s\\n' "\${units[@]}"`
}

/** Only nginx can ask php, so the health check goes through it, before visitors do. */
function serveCandidate(context: DeployContext): Command {
  const { project, layout, releaseId } = context
  const text = (slot: Slot) => {
    const live = { slug: project.slug, releaseId, slot, directory: servedDirectory(context) }
    const port = portOf(project.appPort, slot)
    return renderCandidate(siteOf(context), port, live, phpSocket(project.slug, slot))
  }
  return sh`${bySlot((slot) => sh`printf '%s' ${text(slot)} > ${`${layout.candidate}.new`}`)}
${holdNginx()}
serves_candidate=1
mv -T -- ${`${layout.candidate}.new`} ${layout.candidate}
nginx -t -q
systemctl --no-ask-password reload-or-restart nginx
${releaseNginx()}`
}

/** While nginx listens on the port of the slot, no later release could take it. */
function endCandidate({ layout }: DeployContext): Command {
  return sh`if [ -n "\${serves_candidate:-}" ]; then
  ${holdNginxToUndo()}
  rm -f -- ${layout.candidate}
  systemctl --no-ask-password reload-or-restart nginx
  ${releaseNginx()}
  tries=0
  while listens_on "$port" && [ "$tries" -lt 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
fi`
}

/** Both forms are written down; the server takes the one of the slot that is free there. */
export function bySlot(form: (slot: Slot) => Command): Command {
  const [a, b] = SLOTS.map(form)
  return sh`if [ "$slot" = a ]; then
  ${a}
else
  ${b}
fi`
}
