import { type DeployContext } from '#engine/deploy/context'
import { type ScriptStep } from '#engine/detached/script'
import { sh } from '#engine/shell/command'

/**
 * Removes old releases: the newest good ones stay, and so do the live one and the one before it.
 * Names that are no release's are left alone.
 */
export function retain({ project, layout }: DeployContext): ScriptStep {
  return {
    name: 'retain',
    title: 'Remove old releases',
    critical: true,
    optional: true,
    commands: [
      {
        label: `keep ${project.keepReleases}`,
        command: sh`cp -- ${`${layout.meta}/size`} ${`${layout.current}.size`}
cd ${layout.base}
paths=(releases/??????????????????????????)
good=0 removed=0 kept=''
for ((index = \${#paths[@]} - 1; index >= 0; index--)); do
  path=\${paths[index]}
  name=\${path#releases/}
  if [[ ! $name =~ ^[0-7][0-9A-HJKMNP-TV-Z]{25}$ ]] || [ -L "$path" ]; then continue; fi
  keep=''
  if [ -e "meta/$name/good" ]; then
    good=$((good + 1))
    if [ "$good" -le ${project.keepReleases} ] || [ "$path" = "$former" ]; then keep=1; fi
  fi
  # Asked anew for each, because this is the one that must never go.
  if [ -n "$keep" ] || [ "$path" -ef current ]; then
    kept="$kept,$name"
    continue
  fi
  rm -rf -- "$path" "meta/$name"
  removed=$((removed + 1))
done
printf '%s removed\\n' "$removed"
muster_result kept "\${kept#,}"`,
      },
    ],
  }
}
