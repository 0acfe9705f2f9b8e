import { asProject, type DeployContext } from '#engine/deploy/context'
import { type ScriptStep } from '#engine/detached/script'
import { type Command, script, sh } from '#engine/shell/command'

/**
 * Puts links to what all releases have in common in the release's place of it. What is not there yet
 * is made of the release's own copy, or empty. All of it as the project's user, in directories of that
 * user's, so that a link in the repository leads nowhere that user could not go.
 */
export function linkShared(context: DeployContext): ScriptStep {
  const { sharedDirectories = [], sharedFiles = [] } = context.project
  return {
    name: 'shared',
    title: 'Link shared paths',
    commands: [
      ...sharedDirectories.map((path) => linkOne(context, path, 'directory')),
      ...sharedFiles.map((path) => linkOne(context, path, 'file')),
    ],
  }
}

/** Refuses, before anything is done, what stands in the way of the shared paths. */
export function checkShared({ project, layout }: DeployContext): Command {
  const { sharedDirectories = [], sharedFiles = [] } = project
  const base = layout.shared
  const all = [...sharedDirectories, ...sharedFiles].map((path) => `${base}/${path}`)
  return sh`if [ -L ${base} ] || { [ -e ${base} ] && [ ! -d ${base} ]; }; then
  printf '%s is not a directory. Mend it on the server, then deploy again.\\n' ${base}
  exit 78
fi
for path in ${sharedDirectories.map((path) => `${base}/${path}`)}; do
  if [ -e "$path" ] && [ ! -d "$path" ]; then
    printf '%s is a file where a shared directory has to be. Move it away, then deploy again.\\n' "$path"
    exit 78
  fi
done
for path in ${sharedFiles.map((path) => `${base}/${path}`)}; do
  if [ -d "$path" ]; then
    printf '%s is a directory where a shared file has to be. Move it away, then deploy again.\\n' "$path"
    exit 78
  fi
done
for path in ${all}; do
  above=$path
  while [ "$above" != ${base} ]; do
    if [ -L "$above" ]; then
      printf '%s is a link. Shared paths are never followed out of the project.\\n' "$above"
      exit 78
    fi
    if [ "$above" != "$path" ] && [ -e "$above" ] && [ ! -d "$above" ]; then
      printf '%s is a file where a shared directory has to be. Move it away, then deploy again.\\n' "$above"
      exit 78
    fi
    above=\${above%/*}
  done
done`
}

function linkOne(context: DeployContext, path: string, kind: 'directory' | 'file') {
  const { release, shared } = context.layout
  const own = `${release}/${path}`
  const common = `${shared}/${path}`
  const fresh = `${common}.muster-new`
  const parents = path.split('/').slice(0, -1)
  const above = parents.map((_, index) => `${release}/${parents.slice(0, index + 1).join('/')}`)
  const make =
    kind === 'directory'
      ? sh`if [ -d ${own} ] && [ ! -L ${own} ]; then
    cp -a -T -- ${own} ${fresh}
    mv -T -- ${fresh} ${common}
  else
    mkdir -p -- ${common}
  fi`
      : sh`if [ -f ${own} ] && [ ! -L ${own} ]; then
    cp -a -T -- ${own} ${fresh}
    mv -T -- ${fresh} ${common}
  else
    printf '%s was not there: it is an empty file now.\\n' ${common}
    : > ${common}
  fi`
  const work = sh`set -e
for above in ${above}; do
  if [ -L "$above" ]; then
    printf '%s is a link in the repository. Shared paths are never followed out of the project.\\n' "$above"
    exit 78
  fi
done
if [ ! -e ${common} ]; then
  mkdir -p -- ${common.slice(0, common.lastIndexOf('/'))}
  rm -rf -- ${fresh}
  ${make}
fi
rm -rf -- ${own}
mkdir -p -- ${own.slice(0, own.lastIndexOf('/'))}
ln -s -- ${common} ${own}`
  return {
    label: `link ${path}`,
    command: sh`${asProject(context, sh`bash -c ${script(work)}`)} 8>&-`,
  }
}
