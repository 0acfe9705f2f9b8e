import { type DeployContext, healthCheckOf } from '#engine/deploy/context'
import { holdNginx, releaseNginx } from '#engine/deploy/nginx_lock'
import { recover } from '#engine/deploy/steps/former'
import { checkShared } from '#engine/deploy/steps/link_shared'
import { checkSite, siteFunctions } from '#engine/deploy/steps/site'
import { type ScriptStep } from '#engine/detached/script'
import { healthFunction } from '#engine/processes/health'
import { unitFunctions } from '#engine/processes/units'
import { type Command, sh } from '#engine/shell/command'
import { directory } from '#engine/system/files'
import { readRepositoryUrl } from '#engine/system/grammar'
import { phpMaster } from '#engine/system/php'

const NEEDED_KIBIBYTES = 500 * 1024
const NEEDED_INODES = 10_000

/** Finds out early what would stop the deployment late; nothing of the project is changed yet. */
export function preflight(context: DeployContext): ScriptStep {
  const isWeb = context.role !== 'worker'
  return {
    name: 'preflight',
    title: 'Check the server',
    commands: [
      { command: functions(context) },
      { command: tools(context), label: 'check tools' },
      { command: directory('/srv/muster', '0755') },
      { command: directory(context.layout.base, '0755') },
      { command: lock(context), label: 'lock the project' },
      { command: owner(context) },
      { command: clear(context) },
      { command: recover(context.layout) },
      { command: space(context), label: 'df /srv/muster' },
      ...(isWeb
        ? [{ command: testNginx(), label: 'nginx -t -q' }, { command: address(context) }]
        : []),
      { command: checkShared(context) },
      ...(isWeb ? [{ command: checkSite(context) }] : []),
      ...(context.kind === 'deploy' ? [] : [{ command: sealed(context) }]),
    ],
  }
}

/** What several steps call. */
function functions(context: DeployContext): Command {
  const { project, layout } = context
  const { slug, unixUser } = project
  const units = sh`${directory('/run/muster', '0711')}
${unitFunctions({ slug, unixUser, release: layout.release, meta: layout.meta })}`
  if (context.role === 'worker') return units
  return sh`${units}
${healthFunction(healthCheckOf(project, layout))}
${siteFunctions(context)}`
}

function tools({ project, kind, role }: DeployContext): Command {
  const overSsh = readRepositoryUrl(project.repositoryUrl)?.protocol === 'ssh'
  const isWeb = role !== 'worker'
  const names = [
    ...(isWeb ? ['nginx', 'curl', 'diff'] : []),
    ...['systemctl', 'flock', 'setpriv', 'useradd', 'sha256sum'],
    ...(isWeb && project.runtime === 'php' ? [phpMaster(project.phpVersion!)] : []),
    ...(kind === 'deploy' ? ['git', 'tar'] : []),
    ...(kind === 'deploy' && overSsh ? ['ssh'] : []),
  ]
  return sh`for tool in ${names}; do
  if ! command -v "$tool" >/dev/null; then
    printf '%s is missing on this server. Prepare the server, then deploy again.\\n' "$tool"
    exit 69
  fi
done`
}

/** The kernel lets go of the lock with the last process that has it, however that one ends. */
function lock({ layout }: DeployContext): Command {
  return sh`cd ${layout.base}
exec 8>>${layout.lock}
if ! flock -w 5 8; then
  printf 'Another deployment of this project is under way on this server.\\n'
  exit 75
fi`
}

function owner({ project, layout }: DeployContext): Command {
  return sh`if [ -e ${layout.owner} ]; then
  if [ "$(cat ${layout.owner})" != ${project.id} ]; then
    printf '%s belongs to another project. Give this one another short name.\\n' ${layout.base}
    exit 78
  fi
elif [ -e ${layout.releases} ] || [ -e ${layout.repository} ]; then
  printf '%s holds something that Muster did not put there.\\n' ${layout.base}
  exit 78
else
  printf '%s\\n' ${project.id} > ${layout.owner}
fi`
}

/**
 * Whoever has the lock knows that what opened the repository for another deployment is needed no more.
 * What a look has open is locked.
 */
function clear({ project, layout }: DeployContext): Command {
  return sh`for path in /run/muster/*; do
  id=\${path##*/}
  id=\${id%%.*}
  if [ -d ${`${layout.base}/meta`}/"$id" ] || [ "$(stat -c %G -- "$path" 2>/dev/null)" = ${project.unixUser} ]; then
    if [ -d "$path" ]; then
      flock -n -- "$path" rm -rf -- "$path" || true
    else
      rm -f -- "$path"
    fi
  fi
done`
}

function space({ layout }: DeployContext): Command {
  return sh`needed=${NEEDED_KIBIBYTES}
last=$(cat ${`${layout.current}.size`} 2>/dev/null) || last=0
if [ "$((last * 2))" -gt "$needed" ]; then needed=$((last * 2)); fi
free=$(df -Pk ${layout.base} | awk 'NR == 2 { print $4 }')
mount=$(df -Pk ${layout.base} | awk 'NR == 2 { print $6 }')
printf '%s MiB free on %s, %s MiB needed\\n' "$((free / 1024))" "$mount" "$((needed / 1024))"
if [ "$free" -lt "$needed" ]; then
  printf 'There is not enough room on %s.\\n' "$mount"
  exit 28
fi
inodes=$(df -Pi ${layout.base} | awk 'NR == 2 && $2 ~ /^[1-9]/ { print $4 }')
if [ -n "$inodes" ] && [ "$inodes" -lt ${NEEDED_INODES} ]; then
  printf 'There are only %s files left to make on %s.\\n' "$inodes" "$mount"
  exit 28
fi`
}

function testNginx(): Command {
  return sh`${holdNginx()}
nginx -t -q
${releaseNginx()}`
}

/** Of two sites with one name nginx would go on serving the one it reads first. */
function address({ project, layout }: DeployContext): Command {
  return sh`taken=$(grep -lsE ${`^ *server_name ${project.domain.replaceAll('.', '\\.')};`} /etc/nginx/conf.d/*.conf /etc/nginx/sites-enabled/* | grep -vxF ${layout.site}) || true
for file in $taken; do
  if grep -qE ${`^ *listen ${project.listenPort}( .*)?;`} "$file"; then
    printf '%s on port %s is already served by %s.\\n' ${project.domain} ${project.listenPort} "$file"
    exit 78
  fi
done`
}

function sealed({ kind, layout, releaseId, project }: DeployContext): Command {
  const isLive = sh`if [ "$(readlink ${layout.current})" != ${`releases/${releaseId}`} ]; then
  printf 'Another release is live by now.\\n'
  exit 75
fi`
  const hasProcesses = sh`if [ ! -e ${`${layout.meta}/processes`} ]; then
  printf 'The release was built by an older Muster. Deploy its commit again.\\n'
  exit 66
fi`
  return sh`if [ ! -e ${`${layout.meta}/sealed`} ] || [ ! -d ${layout.release} ]; then
  printf 'The release is not on this server any more.\\n'
  exit 66
fi
${project.runtime === 'static' ? sh`:` : hasProcesses}
${kind === 'restart' ? isLive : sh`:`}`
}
