import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import { isOverSsh } from '#app/projects/git_hosts'
import Project from '#app/projects/models/project'
import Server from '#app/servers/models/server'
import type { ProjectSettings } from '#app/projects/actions/update_project'
import { assertAddressIsFree } from '#app/projects/queries/free_address'
import type { Scope } from '#app/teams/scope'

/**
 * Makes a project on one of the team's servers, with a deploy key when its repository is reached
 * over ssh. Nothing happens on the server until the first deployment.
 *
 * @throws a refusal for `serverId`, `slug` or `domain`
 */
@inject()
export default class CreateProject {
  async handle(
    scope: Scope,
    input: ProjectSettings & { serverId: string; slug: string }
  ): Promise<Project> {
    const server = await Server.within(scope).where('id', input.serverId).first()
    if (!server || !server.isPinned) {
      refuse('serverId', 'Choose one of your connected servers.')
    }
    const taken = await Project.within(scope).where('slug', input.slug).first()
    if (taken) {
      refuse('slug', `The project ${taken.name} has this short name already.`)
    }
    await assertAddressIsFree(server.id, input)

    const overSsh = isOverSsh(input.repositoryUrl)
    const keyPair = overSsh ? generateKeyPair(`muster-${input.slug}`) : null
    const creating = db.transaction(async (trx) => {
      await trx.from('servers').where('id', server.id).increment('next_app_port', 2)
      const row = await trx.from('servers').where('id', server.id).select('next_app_port').first()
      const project = await Project.create(
        {
          ...input,
          teamId: scope.teamId,
          appPort: row.next_app_port - 2,
          deployKey: keyPair?.privateKey ?? null,
          deployPublicKey: keyPair?.publicKey ?? null,
          liveReleaseId: null,
        },
        { client: trx }
      )
      const details = {
        server: server.name,
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
