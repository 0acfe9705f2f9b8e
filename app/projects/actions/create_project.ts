import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import Project from '#app/projects/models/project'
import ProjectDraft from '#app/projects/models/project_draft'
import { newSource, type SourceInput } from '#app/projects/repository_source'
import { chosenServers, placeProject, type Chosen } from '#app/projects/place_project'
import type { ProjectSettings } from '#app/projects/actions/update_project'
import { serverNames } from '#app/projects/server_names'
import { assertAddressIsFree } from '#app/projects/queries/free_address'
import type { Scope } from '#app/teams/scope'

interface Origins {
  slug: string
  servers: readonly Chosen[]
  source: SourceInput | ProjectDraft
}

/**
 * Makes a project on servers of the team, with a deploy key when its repository is reached over
 * ssh: that of the draft it was begun as, which ends with it. Nothing happens on the servers until
 * the first deployment.
 *
 * @throws a refusal for `servers`, `slug`, `domain` and what opens the repository
 */
@inject()
export default class CreateProject {
  async handle(
    scope: Scope,
    { servers, source, ...input }: ProjectSettings & Origins
  ): Promise<Project> {
    const draft = source instanceof ProjectDraft ? source : null
    const places = await chosenServers(scope, servers)
    const taken = await Project.within(scope).where('slug', input.slug).first()
    if (taken) {
      refuse('slug', `The project ${taken.name} has this short name already.`)
    }
    const web = places.filter(({ role }) => role === 'web').map(({ server }) => server.id)
    await assertAddressIsFree(web, input)

    const from =
      source instanceof ProjectDraft
        ? ofDraft(source)
        : newSource(source, null, `muster-${input.slug}`)
    const creating = db.transaction(async (trx) => {
      const project = await Project.create(
        {
          ...input,
          ...from,
          teamId: scope.teamId,
          liveReleaseId: null,
        },
        { client: trx }
      )
      await placeProject(project, places, trx)
      if (draft) {
        await ProjectDraft.within(scope, { client: trx }).where('id', draft.id).delete()
      }
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

function ofDraft(draft: ProjectDraft) {
  const { repositoryUrl, branch, refKind, sourceDirectory } = draft
  const { accessUser, accessToken, deployKey, deployPublicKey } = draft
  return {
    ...{ repositoryUrl, branch, refKind, sourceDirectory },
    ...{ accessUser, accessToken, deployKey, deployPublicKey },
  }
}
