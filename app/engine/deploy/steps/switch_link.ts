import { type DeployContext } from '#engine/deploy/context'
import { type ScriptStep } from '#engine/detached/script'
import { sh } from '#engine/shell/command'
import { swapLink } from '#engine/system/files'

/** Makes the release the one that is live on a server that answers nobody: no site, no reload. */
export function switchLink({ layout, releaseId }: DeployContext): ScriptStep {
  return {
    name: 'activate',
    title: 'Activate the release',
    critical: true,
    failure: 'rolled_back',
    commands: [
      { command: sh`former=$(readlink ${layout.current}) || former=''` },
      { command: sh`remembered=1` },
      { command: swapLink(`releases/${releaseId}`, layout.current), label: 'swap current' },
    ],
    always: [sh`rm -rf -- ${layout.former}`],
    undo: [
      sh`if [ -n "\${remembered:-}" ]; then
  rm -f -- ${`${layout.current}.new`}
  if [ -n "$former" ]; then
    ${swapLink(sh`"$former"`, layout.current)}
  else
    rm -f -- ${layout.current}
  fi
fi`,
    ],
  }
}
