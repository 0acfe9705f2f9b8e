import { type DeployContext } from '#engine/deploy/context'
import { giveUpFormer } from '#engine/deploy/steps/former'
import { type ScriptStep } from '#engine/detached/script'
import { type Command, sh } from '#engine/shell/command'

/** Where the servers of one deployment wait for each other. */
export const BARRIERS = ['ready', 'commit'] as const
export type Barrier = (typeof BARRIERS)[number]

/** Waits until every server is ready to switch: what fails before it changes nothing anywhere. */
export function ready(): ScriptStep {
  return {
    name: 'ready',
    title: 'Wait for the other servers',
    failure: 'stopped',
    commands: [{ command: waitAt('ready', 'Ready to switch') }],
  }
}

/**
 * Gives up what was live before, once all servers serve the release: until then each of them can
 * still go back.
 */
export function commit({ layout }: DeployContext): ScriptStep {
  return {
    name: 'commit',
    title: 'Agree with the other servers',
    commits: true,
    failure: 'rolled_back',
    commands: [{ command: agree() }, { command: giveUpFormer(layout) }],
  }
}

/** What was told to go on is not cut in two any more. */
function agree(): Command {
  return sh`if [ -z "$former" ]; then muster_failure=stopped; fi
${waitAt('commit', 'The release is live here')}
muster_hold`
}

/**
 * Waits for the file that `tell` writes, for as long as the deadline lets it. The file decides, so
 * that it does not matter whether the panel lives meanwhile. A bash whose trap ends it in the midst
 * of a timed `read` may crash while it takes back what it did, so that this is a plain `sleep`.
 */
function waitAt(barrier: Barrier, text: string): Command {
  return sh`told="$muster_directory"/${`told.${barrier}`}
printf '%s. Waiting for the other servers.\\n' ${text}
: > "$muster_directory"/${`waits.${barrier}`}
while [ ! -e "$told" ]; do sleep 0.1; done
read -r word reason < "$told"
if [ "$word" != go ]; then
  printf 'Stopped because %s.\\n' "\${reason:-another server did not get here}"
  exit 75
fi`
}
