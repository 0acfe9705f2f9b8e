import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import { isOverSsh } from '#app/projects/git_hosts'
import Project from '#app/projects/models/project'
import { chosenServers, placeProject, type Chosen } from '#app/projects/place_project'
import type { ProjectSettings } from '#app/projects/actions/update_project'
import { serverNames } from '#app/projects/server_names'
import { assertAddressIsFree } from '#app/projects/queries/free_address'
import type { Scope } from '#app/teams/scope'

/**
 * Makes a project on servers of the team, with a deploy key when its repository is reached
 * over ssh. Nothing happens on the servers until the first deployment.
 *
 * @throws a refusal for `servers`, `slug` or `domain`
 */
@inject()
export default class CreateProject {
  async handle(
    scope: Scope,
    { servers, ...input }: ProjectSettings & { slug: string; servers: readonly Chosen[] }
  ): Promise<Project> {
    const places = await chosenServers(scope, servers)
    const taken = await Project.within(scope).where('slug', input.slug).first()
    if (taken) {
      refuse('slug', `The project ${taken.name} has this short name already.`)
    }
    const web = places.filter(({ role }) => role === 'web').map(({ server }) => server.id)
    await assertAddressIsFree(web, input)

    const overSsh = isOverSsh(input.repositoryUrl)
    const keyPair = overSsh ? generateKeyPair(`muster-${input.slug}`) : null
    const creating = db.transaction(async (trx) => {
      const project = await Project.create(
        {
          ...input,
          teamId: scope.teamId,
          deployKey: keyPair?.privateKey ?? null,
          deployPublicKey: keyPair?.publicKey ?? null,
          liveReleaseId: null,
        },
        { client: trx }
      )
      await placeProject(project, places, trx)
      const details = {
        server: serverNames(places.map(({ server }) => server.name)),
        repository: project.repositoryUrl,
        branch: project.branch,
        address: project.url,
      }
      await recordActivity(
        scope.origin,
        { action: 'project.added', subject: project.asSubject, details },
        trx
      )
      return project
    })
    return creating.catch((error) => {
      if (!isUniqueViolation(error)) throw error
      refuse('slug', 'Another project took this short name or address just now.')
    })
  }
}
