import { type Layout } from '#engine/deploy/layout'
import { holdNginxToUndo, releaseNginx } from '#engine/deploy/nginx_lock'
import { rememberWorkers, waitForRequests } from '#engine/deploy/steps/retire'
import { type Command, sh } from '#engine/shell/command'
import { directory, swapLink } from '#engine/system/files'

/*
 * What was live before a deployment is kept aside until it is given up. The file `release` there says
 * that a switch is under way: it comes before the first change and goes with the last of them, or with
 * the decision that the new release stays. A script that was killed leaves it to the next one.
 */

/** Makes the place for it anew. */
export function freshFormer({ former }: Layout): Command {
  return sh`rm -rf -- ${former}
${directory(former, '0700')}`
}

/** Notes `$former`, `$had_site` and `$had_file`; from now on there is something to put back. */
export function noteFormer({ former }: Layout): Command {
  return sh`printf '%s %s %s\\n' "\${former:--}" "\${had_site:--}" "\${had_file:--}" > ${`${former}/release`}`
}

/** The new release stays: nothing is put back any more. */
export function giveUpFormer({ former, meta }: Layout): Command {
  return sh`: > ${`${meta}/good`}
rm -f -- ${`${former}/release`}`
}

/** Site, live file and link as they were. What was put back already stays, so that it may be run again. */
export function putBackFiles({ site, live, current, former }: Layout): Command {
  return sh`rm -f -- ${`${site}.new`} ${`${live}.new`} ${`${current}.new`}
  if [ -e ${`${former}/site`} ]; then
    mv -T -- ${`${former}/site`} ${site}
  elif [ -z "$had_file" ]; then
    rm -f -- ${site}
  fi
  if [ -e ${`${former}/live`} ]; then
    mv -T -- ${`${former}/live`} ${live}
  elif [ -z "$had_site" ]; then
    rm -f -- ${live}
  fi
  if [ -n "$former" ]; then
    ${swapLink(sh`"$former"`, current)}
  else
    rm -f -- ${current}
  fi`
}

/** Empties `$came_back` where `putBackFiles` has left something that is not as it was. */
export function confirmBack({ current, former }: Layout): Command {
  return sh`if [ -e ${`${former}/site`} ] || [ -e ${`${former}/live`} ]; then came_back=''; fi
  if [ "$(readlink ${current} 2>/dev/null)" != "$former" ]; then came_back=''; fi`
}

/** The workers that were there, of their copies; those that ran, `$former_workers`, run again. */
export function putBackWorkers({ former }: Layout): Command {
  return sh`remove_units $(worker_units)
  for file in ${`${former}/workers`}/*.service; do
    if [ -e "$file" ]; then
      unit=/etc/systemd/system/\${file##*/}
      # A link needs no room on a full disk.
      ln -T -- "$file" "$unit" 2>/dev/null || cp -p -T -- "$file" "$unit"
    fi
  done
  systemctl --no-ask-password daemon-reload
  if [ "\${#former_workers[@]}" -gt 0 ]; then
    systemctl --no-ask-password start -- "\${former_workers[@]}"
    systemctl --no-ask-password --quiet enable -- "\${former_workers[@]}"
  fi`
}

/** Takes back what a script that was killed, or a server that lost its power, left of a switch. */
export function recover(layout: Layout): Command {
  const { former, live } = layout
  return sh`if [ -s ${`${former}/release`} ]; then
  printf 'A deployment was cut off during its switch. What was live before it is put back first.\\n'
  read -r former had_site had_file < ${`${former}/release`}
  former=\${former#-} had_site=\${had_site#-} had_file=\${had_file#-}
  ${holdNginxToUndo()}
  ${putBackFiles(layout)}
  if systemctl --quiet is-active nginx; then
    ${rememberWorkers()}
    systemctl --no-ask-password reload-or-restart nginx
    ${releaseNginx()}
    ${waitForRequests()}
  fi
  ${releaseNginx()}
  slot=$(sed -n 's/^# muster release=[0-9A-Z]* slot=\\([ab]\\)$/\\1/p' ${live} 2>/dev/null) || slot=''
  if [ "$slot" != a ]; then remove_units $(units_in a); fi
  if [ "$slot" != b ]; then remove_units $(units_in b); fi
  if [ -e ${`${former}/running`} ]; then
    mapfile -t former_workers < ${`${former}/running`}
    ${putBackWorkers(layout)}
  fi
fi
rm -rf -- ${former}`
}
