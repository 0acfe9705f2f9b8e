import { type ScriptStep } from '#engine/detached/script'
import { sh } from '#engine/shell/command'

/**
 * Plans nothing but an answer. Announces `uptime` in seconds.
 */
export function ping(): ScriptStep[] {
  return [
    {
      name: 'answer',
      title: 'Answer',
      commands: [
        {
          label: 'cat /proc/uptime',
          command: sh`read -r up _ < /proc/uptime
muster_result uptime "\${up%.*}"
printf 'The server answers and can start programs as root.\\n'`,
        },
      ],
    },
  ]
}
