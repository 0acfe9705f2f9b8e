import { type DeployContext } from '#engine/deploy/context'
import { portOf, type Slot } from '#engine/deploy/layout'
import { reportProbe, startProbe } from '#engine/deploy/steps/probe'
import { waitForRequests } from '#engine/deploy/steps/retire'
import { bySlot } from '#engine/deploy/steps/start'
import { waitForRelease } from '#engine/deploy/steps/verify'
import { type ScriptStep } from '#engine/detached/script'
import { type Command, sh } from '#engine/shell/command'
import { swapLink } from '#engine/system/files'
import { renderSite } from '#engine/system/nginx'

/**
 * Sends visitors to the new release: the site, the link `current`, a reload, all of it put back
 * when one of them or the step after fails. The workers that nginx had answer what they began.
 */
export function activate(context: DeployContext): ScriptStep {
  const { project, layout, releaseId } = context
  const isProcess = project.runtime === 'process'
  return {
    name: 'activate',
    title: 'Activate the release',
    critical: true,
    commands: [
      { command: remember(context) },
      { command: startProbe(context) },
      {
        command: isProcess ? bySlot((slot) => writeSite(context, slot)) : writeSite(context, null),
        label: `write ${layout.site}`,
      },
      sh`nginx -t -q`,
      { command: swapLink(`releases/${releaseId}`, layout.current), label: 'swap current' },
      ...(isProcess
        ? [{ command: sh`systemctl --no-ask-password --quiet enable -- "$unit"` }]
        : []),
      {
        command: sh`${rememberWorkers()}
reloaded=1
systemctl --no-ask-password reload-or-restart nginx`,
        label: 'systemctl reload nginx',
      },
    ],
    undo: [putBack(context)],
    always: [reportProbe(context)],
  }
}

function remember({ layout }: DeployContext): Command {
  return sh`reloaded='' had_site='' former=''
former=$(readlink ${layout.current}) || former=''
if [ -e ${layout.site} ]; then
  cp -p -- ${layout.site} ${layout.formerSite}
  had_site=1
fi
remembered=1`
}

function writeSite({ project, layout, releaseId }: DeployContext, slot: Slot | null): Command {
  const publicDirectory = project.publicDirectory ?? '.'
  const text = renderSite({
    slug: project.slug,
    domain: project.domain,
    listenPort: project.listenPort,
    releaseId,
    serves: slot
      ? { port: portOf(project.appPort, slot), slot }
      : {
          directory:
            publicDirectory === '.' ? layout.release : `${layout.release}/${publicDirectory}`,
        },
  })
  const fresh = `${layout.site}.new`
  return sh`install -m 0644 /dev/null ${fresh}
printf '%s' ${text} > ${fresh}
if [ ! -e /proc/net/if_inet6 ]; then sed -i '/listen \\[::\\]/d' ${fresh}; fi
mv -T -- ${fresh} ${layout.site}`
}

function putBack(context: DeployContext): Command {
  const { layout } = context
  return sh`if [ -n "\${remembered:-}" ]; then
  rm -f -- ${`${layout.site}.new`} ${`${layout.current}.new`}
  if [ -n "$had_site" ]; then
    mv -T -- ${layout.formerSite} ${layout.site}
  else
    rm -f -- ${layout.site}
  fi
  if [ -n "$former" ]; then
    ${swapLink(sh`"$former"`, layout.current)}
  else
    rm -f -- ${layout.current}
  fi
  if [ -n "$reloaded" ]; then
    ${rememberWorkers()}
    systemctl --no-ask-password reload-or-restart nginx
    if [ -n "$had_site" ]; then
      release=$(sed -n 's/^# muster release=\\([0-9A-Z]*\\) .*/\\1/p' ${layout.site})
      ${waitForRelease(context, sh`"$release"`)}
      printf 'The former release answers %s.\\n' "$status"
      muster_result former_status "$status"
    fi
    ${waitForRequests()}
  fi
fi`
}

function rememberWorkers(): Command {
  return sh`workers=$(pgrep -P "$(systemctl show --property=MainPID --value nginx)") || workers=''`
}
