import { type ScriptStep } from '#engine/detached/script'
import { sh } from '#engine/shell/command'
import { assertForm } from '#engine/system/grammar'
import { isServiceName } from '#engine/system/systemd'

/**
 * Plans the restart of one service of systemd, and looks whether it stays up. Announces `state`,
 * as systemctl(1) calls it.
 *
 * @throws GrammarError for a name out of its form.
 */
export function restartService({ service }: { service: string }): ScriptStep[] {
  const given = assertForm(isServiceName, service, 'The name of the service')
  const unit = given.endsWith('.service') ? given : `${given}.service`
  return [
    {
      name: 'restart',
      title: `Restart ${unit}`,
      commands: [
        {
          command: sh`if ! systemctl cat -- ${unit} >/dev/null 2>&1; then
  printf 'There is no service %s on this server.\\n' ${unit}
  exit 66
fi`,
        },
        sh`systemctl --no-ask-password restart -- ${unit}`,
      ],
    },
    {
      name: 'look',
      title: 'See that it stays up',
      commands: [
        {
          label: `systemctl is-active ${unit}`,
          command: sh`sleep 1
state=$(systemctl is-active -- ${unit} || true)
printf '%s\\n' "$state"
muster_result state "$state"
if [ "$state" = failed ] || [ "$state" = activating ]; then
  journalctl --no-pager --lines 20 --output cat --unit ${unit} || true
  exit 1
fi`,
        },
      ],
    },
  ]
}
