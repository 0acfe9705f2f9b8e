import { sh } from '#engine/shell/command'
import { render } from '#engine/shell/render'

/**
 * The script of a run that restarts its server. It asks for the restart and waits to be ended by
 * it; coming to its own end is a failure. Whoever follows it learns of the success from the
 * server's next boot, which has another boot id.
 */
export function rebootScript(): string {
  const body = sh`printf 'Asking the server to restart.\\n'
sleep 1
if [ -d /run/systemd/system ]; then
  systemctl --no-ask-password --no-block reboot || exit
else
  reboot || exit
fi
printf 'The server goes down.\\n'
sleep 300
printf 'The server did not go down within 5 minutes.\\n'
exit 75`
  return `#!/usr/bin/env bash\n${render(body)}\n`
}
