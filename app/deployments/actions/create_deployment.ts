import db from '@adonisjs/lucid/services/db'
import { errors as lucidErrors } from '@adonisjs/lucid'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { beginNext } from '#app/deployments/begin_next'
import type { Cause } from '#app/deployments/cause'
import { endWaiting } from '#app/deployments/end_waiting'
import { holdProject } from '#app/deployments/hold_project'
import Deployment from '#app/deployments/models/deployment'
import type Release from '#app/deployments/models/release'
import { makeRelease, titleOf, type Announced } from '#app/deployments/new_release'
import { recordRequest } from '#app/deployments/record_queue'
import type Project from '#app/projects/models/project'

/**
 * Records that a deployment is wanted, with its release. It begins at once when the project has no
 * active one; else it waits. Where a project keeps only the latest, those that waited before are
 * superseded. What waits already is not asked for twice.
 */
export default class CreateDeployment {
  /**
   * Makes the branch's latest commit live, as a new release, or the very commit that was announced.
   *
   * @param trx the transaction in which it is asked for, when there is one
   */
  deploy(
    cause: Cause,
    project: Pick<Project, 'id'>,
    announced: Announced | null = null,
    trx?: TransactionClientContract
  ): Promise<Deployment> {
    return trx
      ? this.#create(cause, project, { announced }, trx)
      : db.transaction((own) => this.#create(cause, project, { announced }, own))
  }

  /** Makes a release that was live before live again, by the same activation. */
  rollBack(cause: Cause, project: Pick<Project, 'id'>, release: Release): Promise<Deployment> {
    return db.transaction((trx) => this.#create(cause, project, { existing: release }, trx))
  }

  async #create(
    cause: Cause,
    { id }: Pick<Project, 'id'>,
    wanted: { existing?: Release; announced?: Announced | null },
    trx: TransactionClientContract
  ): Promise<Deployment> {
    const project = await holdProject(id, trx)
    if (!project) throw new lucidErrors.E_ROW_NOT_FOUND()
    const { existing, announced = null } = wanted
    const waiting = await Deployment.within(project, { client: trx })
      .where({ projectId: project.id, state: 'waiting' })
      .preload('release')
      .orderBy('created_at')
      .orderBy('id')
    const same = waiting.at(-1)
    if (same && isSame(same, cause, existing ?? null, announced)) return same

    const ids = project.queuePolicy === 'latest' ? waiting.map((each) => each.id) : []
    const superseded = await endWaiting(project, 'superseded', ids, trx)
    const release = existing ?? (await makeRelease(project, announced, trx))
    const deployment = await Deployment.create(
      {
        ...{ teamId: project.teamId, projectId: project.id, releaseId: release.id },
        ...{ createdBy: cause.owner.userId, cause: cause.kind, causedBy: cause.by },
        ...{ reason: cause.reason, kind: existing ? 'rollback' : 'deploy' },
        ...{ title: titleOf(project, existing), state: 'waiting', activeProjectId: null, fence: 0 },
      },
      { client: trx }
    )
    const begun = await beginNext(project, trx)
    if (begun?.id === deployment.id) await deployment.refresh()
    await recordRequest({ project, deployment, release, cause, superseded }, trx)
    return deployment
  }
}

/** Whether a deployment that waits is what the same one asks for again. */
function isSame(
  waiting: Deployment,
  { kind, owner, reason }: Cause,
  existing: Release | null,
  announced: Announced | null
): boolean {
  const sameRelease = existing
    ? waiting.releaseId === existing.id
    : waiting.kind === 'deploy' && waiting.release.commit === (announced?.commit ?? null)
  const sameCause = waiting.cause === kind && waiting.createdBy === owner.userId
  return sameRelease && sameCause && waiting.reason === reason
}
