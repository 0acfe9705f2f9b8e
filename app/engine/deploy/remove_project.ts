import { holdNginx, releaseNginx } from '#engine/deploy/nginx_lock'
import { type ScriptStep } from '#engine/detached/script'
import { unitFunctions } from '#engine/processes/units'
import { sh } from '#engine/shell/command'
import { assertForm, GrammarError, isSlug, isUnixUser } from '#engine/system/grammar'
import { candidateFile, liveFile, siteFile } from '#engine/system/nginx'

export interface RemovedProject {
  /** Says on the server whose directory it is. */
  id: string
  slug: string
  unixUser: string
}

/**
 * Plans taking a project off its server: its site, its units, its directory with releases, shared files
 * and variables, its user. Each step bears that its work was done before, so it may be run again. What
 * belongs to another project is left alone.
 *
 * @throws GrammarError for a value out of its form.
 */
export function planRemoval({ id, slug, unixUser }: RemovedProject): ScriptStep[] {
  assertForm(isSlug, slug, 'The short name')
  assertForm(isUnixUser, unixUser, 'The Unix user')
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(id)) throw new GrammarError('The id is malformed.')
  const base = `/srv/muster/${slug}`
  const sites = [siteFile(slug), liveFile(slug), candidateFile(slug)]
  return [
    {
      name: 'check',
      title: 'Look at what is there',
      commands: [
        {
          label: `cat ${base}/.project`,
          command: sh`there=''
if [ -d ${base} ]; then
  if [ "$(cat ${`${base}/.project`} 2>/dev/null)" != ${id} ]; then
    printf '%s belongs to another project. Nothing was removed.\\n' ${base}
    exit 78
  fi
  there=1
  exec 8>>${`${base}/lock`}
  if ! flock -w 5 8; then
    printf 'A deployment of this project is under way on this server.\\n'
    exit 75
  fi
else
  printf 'Nothing of the project is on this server.\\n'
fi`,
        },
        { command: unitFunctions({ slug, unixUser, release: base, meta: base }) },
      ],
    },
    {
      name: 'site',
      title: 'Remove the site',
      critical: true,
      commands: [
        {
          label: `rm ${sites[0]}`,
          command: sh`served=''
for file in ${sites}; do
  if [ -e "$file" ]; then served=1; fi
done
if [ -n "$there" ] && [ -n "$served" ]; then
  ${holdNginx()}
  rm -f -- ${sites}
  nginx -t -q
  systemctl --no-ask-password reload-or-restart nginx
  ${releaseNginx()}
fi`,
        },
      ],
    },
    {
      name: 'units',
      title: 'Stop and remove the processes',
      commands: [
        {
          label: 'systemctl disable --now',
          command: sh`if [ -n "$there" ]; then
  worker_units
  units_in a
  units_in b
  remove_units $(worker_units) $(units_in a) $(units_in b)
fi`,
        },
      ],
    },
    {
      name: 'user',
      title: 'Remove the user and the files',
      commands: [
        {
          label: `userdel ${unixUser}; rm -r ${base}`,
          command: sh`if [ -n "$there" ]; then
  entry=$(getent passwd ${unixUser}) || entry=''
  if [ -n "$entry" ] && [ "$(printf '%s' "$entry" | cut -d : -f 6)" = ${`${base}/home`} ]; then
    pkill -KILL -u ${unixUser} || true
    for try in 1 2 3 4 5 6 7 8 9 10; do
      if ! pgrep -u ${unixUser} >/dev/null; then break; fi
      sleep 0.2
    done
    userdel ${unixUser}
    if getent group ${unixUser} >/dev/null; then groupdel ${unixUser}; fi
  fi
  cd /
  rm -rf -- ${base}
fi`,
        },
      ],
    },
  ]
}
