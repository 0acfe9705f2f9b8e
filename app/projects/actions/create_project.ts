import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import Project from '#app/projects/models/project'
import ProjectDraft from '#app/projects/models/project_draft'
import { newSource, type SourceInput } from '#app/projects/repository_source'
import Server from '#app/servers/models/server'
import type { ProjectSettings } from '#app/projects/actions/update_project'
import { assertAddressIsFree } from '#app/projects/queries/free_address'
import type { Scope } from '#app/teams/scope'

/**
 * Makes a project on one of the team's servers, with a deploy key when its repository is reached
 * over ssh: that of the draft it was begun as, which ends with it. Nothing happens on the server until the first deployment.
 *
 * @throws a refusal for `serverId`, `slug`, `domain` and what opens the repository
 */
@inject()
export default class CreateProject {
  async handle(
    scope: Scope,
    {
      source,
      ...input
    }: ProjectSettings & { serverId: string; slug: string; source: SourceInput | ProjectDraft }
  ): Promise<Project> {
    const draft = source instanceof ProjectDraft ? source : null
    const server = await Server.within(scope).where('id', input.serverId).first()
    if (!server || !server.isPinned) {
      refuse('serverId', 'Choose one of your connected servers.')
    }
    const taken = await Project.within(scope).where('slug', input.slug).first()
    if (taken) {
      refuse('slug', `The project ${taken.name} has this short name already.`)
    }
    await assertAddressIsFree(server.id, input)

    const from =
      source instanceof ProjectDraft
        ? ofDraft(source)
        : newSource(source, null, `muster-${input.slug}`)
    const creating = db.transaction(async (trx) => {
      await trx.from('servers').where('id', server.id).increment('next_app_port', 2)
      const row = await trx.from('servers').where('id', server.id).select('next_app_port').first()
      const project = await Project.create(
        {
          ...input,
          ...from,
          teamId: scope.teamId,
          appPort: row.next_app_port - 2,
          liveReleaseId: null,
        },
        { client: trx }
      )
      if (draft) {
        await ProjectDraft.within(scope, { client: trx }).where('id', draft.id).delete()
      }
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

function ofDraft(draft: ProjectDraft) {
  const { repositoryUrl, branch, refKind, sourceDirectory } = draft
  const { accessUser, accessToken, deployKey, deployPublicKey } = draft
  return {
    ...{ repositoryUrl, branch, refKind, sourceDirectory },
    ...{ accessUser, accessToken, deployKey, deployPublicKey },
  }
}
