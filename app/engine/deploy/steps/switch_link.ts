import { type DeployContext } from '#engine/deploy/context'
import { confirmBack, freshFormer, noteFormer, putBackFiles } from '#engine/deploy/steps/former'
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
      {
        command: sh`former=$(readlink ${layout.current}) || former=''
# A site that may be here is not touched before the release stays.
had_site=1 had_file=1
${freshFormer(layout)}
${noteFormer(layout)}
remembered=1`,
      },
      { command: swapLink(`releases/${releaseId}`, layout.current), label: 'swap current' },
    ],
    always: [sh`rm -rf -- ${layout.former}`],
    undo: [
      sh`if [ -n "\${remembered:-}" ]; then
  came_back=1
  ${putBackFiles(layout)}
  ${confirmBack(layout)}
  [ -n "$came_back" ]
fi`,
    ],
  }
}
