import { type DeployContext } from '#engine/deploy/context'
import { type DeployProject } from '#engine/deploy/input'
import { type ScriptStep } from '#engine/detached/script'
import { type Command, sh } from '#engine/shell/command'
import { RELEASE_PATH } from '#engine/system/nginx'

/** How long nginx may take to answer with the new release, in seconds. */
const PATIENCE_SECONDS = 15

/**
 * How long a new release may then answer badly: its instances were well before, and this is what
 * visitors get. It is asked three times at least.
 */
const UNWELL = { seconds: 4, answers: 3 }

/**
 * Asks through nginx, as a visitor would. What does not answer well is rolled back, once. Results
 * `verify_status` and `verify_ms`.
 */
export function verify(context: DeployContext): ScriptStep {
  const { project, releaseId } = context
  return {
    name: 'verify',
    title: 'Verify through nginx',
    critical: true,
    failure: 'rolled_back',
    commands: [
      {
        label: `curl -H 'Host: ${project.domain}' http://127.0.0.1:${project.listenPort}${project.healthPath}`,
        command: sh`if [ -z "$had_site" ]; then muster_failure=failed; fi
${waitForRelease(context.project, sh`${releaseId}`, UNWELL)}
if [ "$seen" != ${releaseId} ]; then
  printf 'nginx does not serve this release. Another site may have the same domain and port.\\n'
  exit 1
fi
if [ -n "$unhealthy" ]; then
  printf 'The site %s.\\n' "$unhealthy"
  exit 1
fi
verify_ms=$((10#\${answer_took//[!0-9]/} / 1000))
printf 'Answered %s in %s ms\\n' "$status" "$verify_ms"
muster_result verify_status "$status"
muster_result verify_ms "$verify_ms"`,
      },
    ],
  }
}

/**
 * Waits until nginx serves the release and answers well for it; leaves `$seen`, `$status`, `$unhealthy`. The
 * workers that nginx had before the reload, `$workers`, must have left first: else one of them could answer
 * for the former release.
 *
 * @param patience how long it may answer badly; by default as long as it may take to answer at all
 */
export function waitForRelease(
  project: Pick<DeployProject, 'domain' | 'listenPort' | 'healthPath'>,
  release: Command,
  patience = { seconds: PATIENCE_SECONDS, answers: 1 }
): Command {
  const site = `http://127.0.0.1:${project.listenPort}`
  return sh`have_left() {
  local worker
  for worker in $workers; do
    if [ -d "/proc/$worker" ] && ! grep -aqs 'is shutting down' "/proc/$worker/cmdline"; then return 1; fi
  done
}
seen='' status=000 unhealthy='does not answer' began=$SECONDS seen_at='' answers=0
while [ "$((SECONDS - began))" -lt ${PATIENCE_SECONDS} ]; do
  if ! have_left; then
    sleep 0.05
    continue
  fi
  seen=$(curl --silent --noproxy '*' --max-time 5 --header ${`Host: ${project.domain}`} ${site + RELEASE_PATH}) || seen=''
  if [ "$seen" = ${release} ]; then
    seen_at=\${seen_at:-$SECONDS}
    if healthy ${site + project.healthPath}; then break; fi
    answers=$((answers + 1))
    if [ "$((SECONDS - seen_at))" -ge ${patience.seconds} ] && [ "$answers" -ge ${patience.answers} ]; then break; fi
    sleep 0.4
  fi
  sleep 0.1
done`
}
