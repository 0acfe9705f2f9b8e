import { type DeployContext } from '#engine/deploy/context'
import { giveUpFormer, putBackWorkers } from '#engine/deploy/steps/former'
import { type ScriptStep } from '#engine/detached/script'
import { unitPrefix } from '#engine/processes/units'
import { WEB } from '#engine/processes/settings'
import { type Command, sh } from '#engine/shell/command'
import { directory } from '#engine/system/files'
import { lastLines } from '#engine/system/systemd'

/** How long a new worker is watched, in tenths of a second. */
const WATCHED_TENTHS = 30

/**
 * Ends the workers of the former release, each within its grace, then starts those of the new one: two
 * generations never run at once. When one of the new dies at once, the old ones are started again and
 * all is undone. With the last of it the release is good, unless other servers have a say in that.
 */
export function workers(context: DeployContext): ScriptStep {
  const { layout } = context
  return {
    name: 'workers',
    title: 'Hand over the workers',
    critical: true,
    commits: !context.barriers,
    failure: 'rolled_back',
    commands: [
      { command: sh`if [ -z "$former" ]; then muster_failure=failed; fi` },
      { command: endFormer(context), label: 'end the former workers' },
      { command: startNew(context), label: 'start the new workers' },
      { command: watch(), label: 'watch them' },
      ...(context.barriers ? [] : [{ command: giveUpFormer(layout) }]),
    ],
    undo: [putBack(context)],
  }
}

/** Their units are kept aside; of those that ran, the names. */
function endFormer({ layout }: DeployContext): Command {
  const kept = `${layout.former}/workers`
  return sh`${directory(kept, '0700')}
former_workers=() new_workers=()
for unit in $(worker_units); do
  cp -p -- /etc/systemd/system/"$unit" ${kept}/
  if systemctl --quiet is-active -- "$unit"; then former_workers+=("$unit"); fi
done
{ [ "\${#former_workers[@]}" = 0 ] || printf '%s\\n' "\${former_workers[@]}"; } > ${`${layout.former}/running.new`}
mv -T -- ${`${layout.former}/running.new`} ${`${layout.former}/running`}
handing_over=1
remove_units $(worker_units)
printf '%s ended\\n' "\${#former_workers[@]}"`
}

function startNew({ project, layout, runsWorkers = true }: DeployContext): Command {
  if (!runsWorkers) return sh`printf 'They run on another server\\n'`
  return sh`since=$EPOCHSECONDS
if [ -e ${`${layout.meta}/processes`} ]; then
  while read -r process count rest; do
    if [ "$process" = ${WEB} ]; then continue; fi
    for ((number = 1; number <= count; number++)); do
      unit=${unitPrefix(project.slug)}.$process.$number.service
      write_unit "$unit" "$process" "$number" '' ''
      new_workers+=("$unit")
    done
  done < ${`${layout.meta}/processes`}
fi
if [ "\${#new_workers[@]}" -gt 0 ]; then
  systemctl --no-ask-password daemon-reload
  systemctl --no-ask-password start -- "\${new_workers[@]}"
  systemctl --no-ask-password --quiet enable -- "\${new_workers[@]}"
fi
printf '%s started\\n' "\${#new_workers[@]}"`
}

/** One that has done its work and was not to be started again is no dead one. */
function watch(): Command {
  return sh`dead_worker() {
  local state restarts result
  state=$(systemctl show --property=ActiveState --value -- "$1")
  restarts=$(systemctl show --property=NRestarts --value -- "$1")
  result=$(systemctl show --property=Result --value -- "$1")
  if [ "\${restarts:-0}" -gt 0 ] || [ "$result" != success ]; then return 0; fi
  [ "$state" != active ] && [ "$state" != inactive ] && [ "$state" != activating ]
}
tries=0
while [ "\${#new_workers[@]}" -gt 0 ] && [ "$tries" -lt ${WATCHED_TENTHS} ]; do
  for unit in "\${new_workers[@]}"; do
    if dead_worker "$unit"; then
      printf 'The worker %s died at once.\\n' "\${unit%.service}"
      printf 'Its last lines:\\n'
      ${lastLines(sh`"$unit"`)}
      exit 1
    fi
  done
  sleep 0.5
  tries=$((tries + 5))
done`
}

function putBack({ layout }: DeployContext): Command {
  return sh`if [ -n "\${handing_over:-}" ]; then
  ${putBackWorkers(layout)}
  [ "\${#former_workers[@]}" = 0 ] || ! systemctl --quiet is-failed -- "\${former_workers[@]}"
fi`
}
