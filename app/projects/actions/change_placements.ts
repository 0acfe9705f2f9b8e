import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import { addressOf } from '#app/projects/models/placement'
import type Project from '#app/projects/models/project'
import { chosenServers, placeProject, type Chosen } from '#app/projects/place_project'
import { placementsOf } from '#app/projects/queries/placements_of'
import { assertAddressIsFree } from '#app/projects/queries/free_address'
import { serverNames } from '#app/projects/server_names'

type Rollout = Pick<Project, 'rollout' | 'rollingBatch' | 'rollingFailure'>

/**
 * Changes which servers a project is on, what each does for it, and how releases go over them.
 * It takes effect with the next deployment; what runs on a server that is taken off stays there as it is.
 *
 * @throws a refusal for `servers` or `domain`
 */
@inject()
export default class ChangePlacements {
  async handle(
    origin: Origin,
    project: Project,
    { servers, ...rollout }: Rollout & { servers: readonly Chosen[] }
  ): Promise<void> {
    const places = await chosenServers(project, servers)
    const roles = new Map(places.map(({ server, role }) => [server.id, role]))
    const web = places.filter(({ role }) => role === 'web').map(({ server }) => server.id)
    await assertAddressIsFree(web, project, project.id)
    const changing = db.transaction(async (trx) => {
      await trx.from('projects').where('id', project.id).increment('updated_at', 0)
      const present = await placementsOf(project, trx)
      const there = new Set(present.map(({ serverId }) => serverId))
      const added = places.filter(({ server }) => !there.has(server.id))
      const removed = present.filter(({ serverId }) => !roles.has(serverId))
      const turned = present.filter(
        ({ serverId, role }) => roles.has(serverId) && roles.get(serverId) !== role
      )
      const isMoved = added.length + removed.length + turned.length > 0
      const active = await trx.from('deployments').where('active_project_id', project.id).first()
      if (isMoved && active) {
        refuse('servers', 'A deployment is under way. Wait for its end or cancel it first.')
      }
      for (const placement of removed) await placement.useTransaction(trx).delete()
      for (const placement of turned) {
        const role = roles.get(placement.serverId)!
        const address = role === 'web' ? addressOf(project) : null
        await placement.useTransaction(trx).merge({ role, address }).save()
      }
      await placeProject(project, added, trx)
      const changes = changesOf(project, rollout)
      await project.useTransaction(trx).merge(rollout).save()
      if (!isMoved && Object.keys(changes).length === 0) return
      const namesOf = (list: readonly { server: { name: string } }[]) =>
        serverNames(list.map(({ server }) => server.name))
      const details = {
        server: namesOf(places),
        ...(added.length > 0 && { added: namesOf(added) }),
        ...(removed.length > 0 && { removed: namesOf(removed) }),
        ...(turned.length > 0 && { otherRole: namesOf(turned) }),
        ...(Object.keys(changes).length > 0 && { changes }),
      }
      await recordActivity(
        origin,
        { action: 'project.placed', subject: project.asSubject, details },
        trx
      )
    })
    await changing.catch((error) => {
      if (!isUniqueViolation(error)) throw error
      refuse('servers', 'Someone changed what is on these servers just now. Look again.')
    })
  }
}

function changesOf(project: Project, rollout: Rollout) {
  const keys = ['rollout', 'rollingBatch', 'rollingFailure'] as const
  return Object.fromEntries(
    keys
      .filter((key) => rollout[key] !== project[key])
      .map((key) => [key, { from: project[key], to: rollout[key] }])
  )
}
