import { type DeployContext, siteOf } from '#engine/deploy/context'
import { type Command, sh } from '#engine/shell/command'
import { renderSite } from '#engine/system/nginx'

const HEAD =
  '# Muster wrote this file. Who changes it is asked about it before the next deployment.'

/**
 * Functions for bash about the site's file: `fresh_site` prints it as Muster writes it now, and
 * `edited_site FILE` succeeds when a file is not as Muster left it. The second line of one of Muster's
 * has the checksum of all that follows.
 */
export function siteFunctions(context: DeployContext): Command {
  return sh`fresh_site() {
  local text=${renderSite(siteOf(context))}
  if [ ! -e /proc/net/if_inet6 ]; then text=$(sed '/listen \\[::\\]/d' < <(printf '%s' "$text")); fi
  printf '%s\\n# muster site=%s\\n' ${HEAD} "$(printf '%s\\n' "$text" | checksum)"
  printf '%s\\n' "$text"
}
checksum() { sha256sum | cut -d ' ' -f 1; }
edited_site() {
  local noted
  noted=$(sed -n '2s/^# muster site=\\([0-9a-f]\\{64\\}\\)$/\\1/p' "$1")
  [ -z "$noted" ] || [ "$(tail -n +3 "$1" | checksum)" != "$noted" ]
}`
}

/**
 * Stops, with the difference, before a site that somebody edited by hand is written over; what a
 * person decided counts for exactly the file that the person saw. Leaves `$keep_site`.
 */
export function checkSite({ project, layout }: DeployContext): Command {
  const { act, checksum } = project.editedSite ?? { act: '', checksum: '' }
  return sh`keep_site=''
if [ -e ${layout.site} ] && edited_site ${layout.site}; then
  now=$(checksum < ${layout.site})
  muster_result site_edited "$now"
  if [ "$now" != ${checksum} ]; then
    printf 'What was changed in %s:\\n' ${layout.site}
    diff -u --label 'as Muster writes it' --label 'as it is on the server' <(fresh_site) ${layout.site} | head -c 30000 || true
    printf '%s was edited by hand. Decide on the page of the project whether it stays.\\n' ${layout.site}
    exit 78
  fi
  if [ ${act} = keep ]; then
    keep_site=1
    printf 'The site stays as it was edited by hand.\\n'
  fi
fi`
}
