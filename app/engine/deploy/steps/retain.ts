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
good=0 removed=0 kept='' doomed=()
for ((index = \${#paths[@]} - 1; index >= 0; index--)); do
  path=\${paths[index]}
  name=\${path#releases/}
  if [[ ! $name =~ ^[0-7][0-9A-HJKMNP-TV-Z]{25}$ ]] || [ -L "$path" ]; then continue; fi
  keep=''
  if [ -e "meta/$name/good" ]; then
    good=$((good + 1))
    if [ "$good" -le ${project.keepReleases} ] || [ "$path" = "$former" ]; then keep=1; fi
  fi
  if [ -n "$keep" ] || [ "$path" -ef current ]; then
    kept="$kept,$name"
    continue
  fi
  # Its mark goes first, so that what is cut off half-way is no release any more.
  doomed+=("meta/$name" "$path")
  removed=$((removed + 1))
done
for ((index = 0; index < \${#doomed[@]}; index += 100)); do
  rm -rf -- "\${doomed[@]:index:100}"
done
printf '%s removed\\n' "$removed"
muster_result kept "\${kept#,}"`,
      },
    ],
  }
}
