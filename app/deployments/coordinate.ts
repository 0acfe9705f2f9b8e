import db from '@adonisjs/lucid/services/db'
import logger from '@adonisjs/core/services/logger'
import { isCommit } from '#engine/system/grammar'
import { tell, type TellAnswer, type TellOptions } from '#engine/detached/tell'
import { advance, GOING } from '#app/deployments/advance'
import { decide } from '#app/deployments/decide'
import { holdDeployment } from '#app/deployments/hold_deployment'
import type Deployment from '#app/deployments/models/deployment'
import type DeploymentRun from '#app/deployments/models/deployment_run'
import { noteCommit } from '#app/deployments/note_commit'
import { placesOf, standingOf } from '#app/deployments/queries/standing'
import type { Phase } from '#app/deployments/states'
import Server from '#app/servers/models/server'
import type { ServerRemotes } from '#app/servers/server_remotes'

type Word = Pick<TellOptions, 'barrier' | 'word'>

/** What a server is told in each phase; at each barrier the first word stays. */
const WORDS: Record<Phase, readonly Word[]> = {
  build: [],
  switch: [{ barrier: 'ready', word: 'go' }],
  commit: [{ barrier: 'commit', word: 'go' }],
  stop: [{ barrier: 'ready', word: 'stop' }],
  revert: [
    { barrier: 'ready', word: 'stop' },
    { barrier: 'commit', word: 'stop' },
  ],
}

/**
 * One look at a deployment that this process holds: what its servers have come to, what is decided
 * of that, and telling them.
 *
 * @param deployment with its project, just claimed
 */
export async function coordinate(deployment: Deployment, remotes: ServerRemotes): Promise<void> {
  let rows = await placesOf(deployment)
  let standing = await standingOf(deployment, rows)
  if (!standing.commitKnown && (await noteFound(deployment, rows))) {
    standing = { ...standing, commitKnown: true }
  }
  const decision = decide(standing)
  const goes = decision.kind === 'phase' && GOING.includes(decision.phase)
  // Before all are sent on their way each is asked whether it is there to go.
  if (goes && !(await areWaiting(deployment, rows, remotes))) return
  if (decision.kind !== 'wait') await decideNow(deployment, goes)
  rows = await placesOf(deployment)
  await tellAll(deployment, rows, remotes)
}

/** Whether one of the servers has found the commit. */
async function noteFound(deployment: Deployment, rows: readonly DeploymentRun[]): Promise<boolean> {
  const found = rows.find(({ run }) => isCommit(run?.results.commit))
  if (found) await db.transaction((trx) => noteCommit(deployment, found.run.results, trx))
  return found !== undefined
}

/** Only whoever holds the fence still decides. */
async function decideNow(deployment: Deployment, mayGo: boolean) {
  await db.transaction(async (trx) => {
    const held = await holdDeployment(deployment.id, trx)
    if (!held || held.fence !== deployment.fence) return
    await advance(held, trx, { mayGo })
    deployment.merge({ phase: held.phase, stopReason: held.stopReason, state: held.state })
  })
}

async function areWaiting(
  deployment: Deployment,
  rows: readonly DeploymentRun[],
  remotes: ServerRemotes
): Promise<boolean> {
  const barrier = deployment.phase === 'build' ? 'ready' : 'commit'
  const answers = await Promise.all(rows.map((row) => say(deployment, row, { barrier }, remotes)))
  return answers.every((answer) => answer?.isWaiting)
}

/** At once, so that one that does not answer keeps no other waiting. */
async function tellAll(
  deployment: Deployment,
  rows: readonly DeploymentRun[],
  remotes: ServerRemotes
) {
  const { phase } = deployment
  if (!phase) return
  const words = WORDS[phase]
  const untold = rows.filter(({ state, told }) => state === 'running' && told !== phase)
  if (words.length === 0) return
  await Promise.all(
    untold.map(async (row) => {
      for (const word of words) if (!(await say(deployment, row, word, remotes))) return
      await db.from('deployment_runs').where('id', row.id).update({ told: phase })
    })
  )
}

/** Null when the server did not answer, or knows nothing of the run. */
async function say(
  deployment: Deployment,
  { runId, run, serverId }: DeploymentRun,
  word: Word,
  remotes: ServerRemotes
): Promise<TellAnswer | null> {
  const server = await Server.within(deployment)
    .where('id', serverId ?? '')
    .first()
  if (!server || !runId || !run) return null
  const reason = deployment.stopReason ?? undefined
  try {
    return await tell(remotes.of(server), { id: runId, fence: run.fence, reason, ...word })
  } catch (error) {
    logger.warn({ err: error, run: runId }, 'a server of a deployment was not told')
    return null
  }
}
