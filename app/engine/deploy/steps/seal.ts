import { asProject, type DeployContext } from '#engine/deploy/context'
import { type ScriptStep } from '#engine/detached/script'
import { type Command, sh } from '#engine/shell/command'

/** Marks the release as whole. For files, also makes sure that the web server can read them. */
export function seal(context: DeployContext): ScriptStep {
  const { project, layout } = context
  return {
    name: 'seal',
    title: 'Seal the release',
    commands: [
      ...(project.runtime === 'process' || context.role === 'worker'
        ? []
        : [{ command: openPublicDirectory(context) }]),
      {
        command: sh`size=$(du -sk ${layout.release} | cut -f 1)
printf '%s\\n' "$size" > ${`${layout.meta}/size`}
printf '%s MiB\\n' "$((size / 1024))"
muster_result size "$((size * 1024))"
: > ${`${layout.meta}/sealed`}`,
      },
    ],
  }
}

function openPublicDirectory(context: DeployContext): Command {
  const { project, layout } = context
  const directory = project.publicDirectory ?? '.'
  const names = directory === '.' ? [] : directory.split('/')
  const parents = names.map((_, index) => [layout.release, ...names.slice(0, index)].join('/'))
  const path = [layout.release, ...names].join('/')
  // A link on the way would have nginx serve whatever it points at.
  const suffix = [''].concat(names).join('/')
  return sh`real=$(realpath -e -- ${path}) || real=''
if [ ! -d ${path} ] || [ "$real" != "$(realpath -e -- ${layout.release})"${suffix} ]; then
  printf 'The public directory %s is not there after the build.\\n' ${directory}
  exit 66
fi
${asProject(context, sh`chmod a+x -- ${[layout.release, ...parents]}`)}
${asProject(context, sh`chmod -R a+rX -- ${path}`)}`
}
