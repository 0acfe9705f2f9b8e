import { type DeployContext } from '#engine/deploy/context'
import { holdNginx, releaseNginx } from '#engine/deploy/nginx_lock'
import { type ScriptStep } from '#engine/detached/script'
import { sh } from '#engine/shell/command'

/** On a server that answers nobody any more: ends what answered visitors there before. */
export function leaveSite({ layout }: DeployContext): ScriptStep {
  const sites = [layout.site, layout.live, layout.candidate]
  return {
    name: 'retire',
    title: 'Retire what answered visitors here',
    critical: true,
    optional: true,
    commands: [
      {
        label: 'look for a former site',
        command: sh`if [ -e ${layout.site} ] || [ -e ${layout.live} ]; then
  ${holdNginx()}
  rm -f -- ${sites}
  nginx -t -q
  systemctl --no-ask-password reload-or-restart nginx
  ${releaseNginx()}
fi
remove_units $(units_in a) $(units_in b)`,
      },
    ],
  }
}
