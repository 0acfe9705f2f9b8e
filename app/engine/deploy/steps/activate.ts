import {
  type DeployContext,
  hasSlots,
  healthCheckOf,
  servedDirectory,
} from '#engine/deploy/context'
import { phpSocket } from '#engine/deploy/layout'
import { holdNginx, holdNginxToUndo, releaseNginx } from '#engine/deploy/nginx_lock'
import { confirmBack, freshFormer, noteFormer, putBackFiles } from '#engine/deploy/steps/former'
import { reportProbe, startProbe } from '#engine/deploy/steps/probe'
import { rememberWorkers, waitForRequests } from '#engine/deploy/steps/retire'
import { bySlot } from '#engine/deploy/steps/start'
import { waitForRelease } from '#engine/deploy/steps/verify'
import { type ScriptStep } from '#engine/detached/script'
import { healthFunction } from '#engine/processes/health'
import { type Command, sh } from '#engine/shell/command'
import { swapLink } from '#engine/system/files'
import { renderLive, variable } from '#engine/system/nginx'

/**
 * Sends visitors to the new release: site and live file, the link `current`, a reload, all of it put
 * back when one of them or a step after it fails. The workers that nginx had answer what they began.
 */
export function activate(context: DeployContext): ScriptStep {
  const { layout, releaseId } = context
  return {
    name: 'activate',
    title: 'Activate the release',
    critical: true,
    commands: [
      { command: remember(context) },
      // Before what decides who is asked: after a loss of power it has to be there.
      ...(hasSlots(context)
        ? [{ command: sh`systemctl --no-ask-password --quiet enable -- "\${units[@]}"` }]
        : []),
      { command: startProbe(context) },
      { command: holdNginx() },
      { command: writeSite(context), label: `write ${layout.site}` },
      { command: writeLive(context), label: `write ${layout.live}` },
      // With the same reload it is served on no other port any more.
      { command: sh`rm -f -- ${layout.candidate}` },
      sh`nginx -t -q`,
      { command: swapLink(`releases/${releaseId}`, layout.current), label: 'swap current' },
      {
        command: sh`${rememberWorkers()}
reloaded=1
systemctl --no-ask-password reload-or-restart nginx`,
        label: 'systemctl reload nginx',
      },
      { command: releaseNginx() },
    ],
    undo: [putBack(context)],
    always: [reportProbe(context), sh`rm -rf -- ${layout.former}`],
  }
}

function remember({ layout }: DeployContext): Command {
  return sh`reloaded='' had_site='' had_file='' former=''
former=$(readlink ${layout.current}) || former=''
${freshFormer(layout)}
if [ -e ${layout.live} ]; then
  cp -p -- ${layout.live} ${`${layout.former}/live`}
  had_site=1
fi
if [ -e ${layout.site} ]; then
  cp -p -- ${layout.site} ${`${layout.former}/site`}
  had_file=1
fi
${noteFormer(layout)}
remembered=1`
}

function writeSite({ layout }: DeployContext): Command {
  const fresh = `${layout.site}.new`
  return sh`if [ -z "$keep_site" ]; then
  install -m 0644 /dev/null ${fresh}
  fresh_site > ${fresh}
  mv -T -- ${fresh} ${layout.site}
fi`
}

function writeLive(context: DeployContext): Command {
  const { project, layout, releaseId } = context
  const fresh = `${layout.live}.new`
  const isProcess = project.runtime === 'process'
  const text = (slot: 'a' | 'b' | null) =>
    renderLive({
      slug: project.slug,
      releaseId,
      slot,
      directory: isProcess ? null : servedDirectory(context),
    })
  const write = (slot: 'a' | 'b' | null) => sh`printf '%s' ${text(slot)} > ${fresh}`
  const servers = isProcess
    ? sh`for address in "\${ports[@]}"; do printf '    server 127.0.0.1:%s;\\n' "$address"; done`
    : bySlot((slot) => sh`printf '    server unix:%s;\\n' ${phpSocket(project.slug, slot)}`)
  return sh`install -m 0644 /dev/null ${fresh}
${hasSlots(context) ? bySlot(write) : write(null)}
${
  hasSlots(context)
    ? sh`{
  printf 'upstream %s {\\n' ${variable(project.slug)}
  ${servers}
  printf '}\\n'
} >> ${fresh}`
    : sh`true`
}
mv -T -- ${fresh} ${layout.live}`
}

/**
 * What was live before is put back whole, or the step says that it was not: the release that nginx
 * serves afterwards decides. It is judged by what it was built to answer.
 */
function putBack({ project, former, layout }: DeployContext): Command {
  const judged = { ...project, ...former }
  // A site that was somewhere else before is not asked here.
  return sh`had_address() {
  grep -qF ${`server_name ${project.domain};`} -- ${layout.site} && grep -qF ${`listen ${project.listenPort};`} -- ${layout.site}
}
if [ -n "\${remembered:-}" ]; then
  came_back=1
  ${holdNginxToUndo()}
  ${putBackFiles(layout)}
  ${confirmBack(layout)}
  if [ -n "$reloaded" ]; then
    ${rememberWorkers()}
    systemctl --no-ask-password reload-or-restart nginx || came_back=''
  fi
  ${releaseNginx()}
  if [ -n "$reloaded" ] && [ -n "$had_site" ] && [ -n "$former" ] && [ -n "$came_back" ] && had_address; then
    release=\${former##*/}
    ${healthFunction(healthCheckOf(judged, layout))}
    ${waitForRelease(judged, sh`"$release"`)}
    if [ "$seen" != "$release" ]; then
      came_back=''
    elif [ -n "$unhealthy" ]; then
      printf 'The former release %s, too. Nothing more is tried.\\n' "$unhealthy"
      muster_result former_status "$status"
      muster_result former_unhealthy "$unhealthy"
    else
      printf 'The former release answers %s.\\n' "$status"
      muster_result former_status "$status"
    fi
  fi
  if [ -n "$reloaded" ]; then
    ${waitForRequests()}
  fi
  if [ -z "$came_back" ]; then
    printf 'What was live before could not be put back whole.\\n'
  fi
  [ -n "$came_back" ]
fi`
}
