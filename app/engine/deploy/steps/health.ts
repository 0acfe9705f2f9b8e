import { type DeployContext } from '#engine/deploy/context'
import { type ScriptStep } from '#engine/detached/script'
import { sh } from '#engine/shell/command'
import { lastLines } from '#engine/system/systemd'

/** A process that was started again so often will not get up by itself. */
const MOST_RESTARTS = 3

/** Waits until every new instance answers as expected; nobody is sent to one before. */
export function health(context: DeployContext): ScriptStep {
  const { project } = context
  // Nobody else's program may get the visitors because it had the port first.
  const isOwn =
    project.runtime === 'process'
      ? sh`if ! owns_port "$port"; then
        unhealthy="is not what listens on port $port"
        break
      fi`
      : sh`:`
  return {
    name: 'health',
    title: 'Check the new instances',
    commands: [
      {
        label: `curl http://127.0.0.1:$PORT${project.healthPath}`,
        command: sh`began=$SECONDS
for index in "\${!units[@]}"; do
  unit=\${units[index]} port=\${ports[index]} well='' unhealthy='does not answer'
  while [ "$((SECONDS - began))" -lt ${project.healthTimeoutSeconds} ]; do
    sleep 0.1
    if healthy "http://127.0.0.1:$port"${project.healthPath}; then
      ${isOwn}
      well=1
      break
    fi
    restarts=$(systemctl show --property=NRestarts --value -- "$unit") || restarts=0
    if [ "\${restarts:-0}" -ge ${MOST_RESTARTS} ]; then break; fi
    sleep 0.2
  done
  if [ -z "$well" ]; then
    if [ "$unhealthy" = 'does not answer' ]; then unhealthy="does not answer on port $port"; fi
    lines=$(${lastLines(sh`"$unit"`)})
    if [ -n "$lines" ]; then printf 'Its last lines:\\n%s\\n' "$lines"; fi
    printf 'The new instance %s.\\n' "$unhealthy"
    exit 1
  fi
  printf 'Instance %s answered %s after %s s\\n' "$((index + 1))" "$status" "$((SECONDS - began))"
done`,
      },
    ],
  }
}
