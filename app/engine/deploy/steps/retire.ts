import { type DeployContext, hasSlots } from '#engine/deploy/context'
import { type ScriptStep } from '#engine/detached/script'
import { type Command, sh } from '#engine/shell/command'

/** How long requests that began before the switch may take, in tenths of a second. */
const PATIENCE_TENTHS = 100

/** Ends the former instance, once nginx has nobody left who asks it. */
export function retire(context: DeployContext): ScriptStep {
  return {
    name: 'retire',
    title: 'Retire the former instance',
    critical: true,
    optional: true,
    commands: [
      { label: 'wait for requests under way', command: waitForRequests() },
      { command: endOtherSlots(context) },
    ],
  }
}

/** Notes which workers nginx has, before a reload gives it others. */
export function rememberWorkers(): Command {
  return sh`workers=$(pgrep -P "$(systemctl show --property=MainPID --value nginx)") || workers=''`
}

/** Waits until the workers that nginx had before the reload, `$workers`, have answered everybody. */
export function waitForRequests(): Command {
  return sh`tries=0
while [ "$tries" -lt ${PATIENCE_TENTHS} ]; do
  left=''
  for worker in $workers; do
    if [ -d "/proc/$worker" ]; then left=1; fi
  done
  if [ -z "$left" ]; then break; fi
  sleep 0.1
  tries=$((tries + 1))
done`
}

/** A release of files has no slot: whatever a release before it had is ended. */
function endOtherSlots(context: DeployContext): Command {
  return hasSlots(context)
    ? sh`if [ "$slot" = a ]; then remove_units $(units_in b); else remove_units $(units_in a); fi`
    : sh`remove_units $(units_in a) $(units_in b)`
}
