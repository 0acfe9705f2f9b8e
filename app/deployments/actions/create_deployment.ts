import db from '@adonisjs/lucid/services/db'
import { errors as lucidErrors } from '@adonisjs/lucid'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { beginNext } from '#app/deployments/begin_next'
import type { Cause } from '#app/deployments/cause'
import { endWaiting } from '#app/deployments/end_waiting'
import { holdProject } from '#app/deployments/hold_project'
import type Deployment from '#app/deployments/models/deployment'
import type Release from '#app/deployments/models/release'
import { makeDeployment } from '#app/deployments/new_deployment'
import { makeRelease, type Announced } from '#app/deployments/new_release'
import { recordRequest } from '#app/deployments/record_queue'
import { isSame, waitingOf, type Wanted } from '#app/deployments/waiting'
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
    const create = (own: TransactionClientContract) =>
      this.#create(cause, project.id, { announced }, own)
    return trx ? create(trx) : db.transaction(create)
  }

  /** Makes a release that was live before live again, by the same activation. */
  rollBack(cause: Cause, project: Pick<Project, 'id'>, release: Release): Promise<Deployment> {
    return db.transaction((trx) => this.#create(cause, project.id, { existing: release }, trx))
  }

  async #create(cause: Cause, id: string, wanted: Wanted, trx: TransactionClientContract) {
    const project = await holdProject(id, trx)
    if (!project) throw new lucidErrors.E_ROW_NOT_FOUND()
    const { existing, announced = null } = wanted
    const waiting = await waitingOf(project, trx)
    const last = waiting.at(-1)
    if (last && isSame(last, cause, wanted)) return last
    const ids = project.queuePolicy === 'latest' ? waiting.map((each) => each.id) : []
    const superseded = await endWaiting(project, 'superseded', ids, trx)
    const release = existing ?? (await makeRelease(project, announced, trx))
    const deployment = await makeDeployment(project, { release, existing }, cause, trx)
    const begun = await beginNext(project, trx)
    if (begun?.id === deployment.id) await deployment.refresh()
    await recordRequest({ project, deployment, release, cause, superseded }, trx)
    return deployment
  }
}
