import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { refuse } from '#app/core/exceptions/refusal'
import ProjectDraft from '#app/projects/models/project_draft'
import { nameOfRepository } from '#app/projects/repository_name'
import { newSource, type SourceInput } from '#app/projects/repository_source'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

type Input = SourceInput & { serverId: string }

/**
 * Begins a project, or changes one that is only begun: its repository and the server it is for.
 * Nothing happens on the server.
 *
 * @throws a refusal for `serverId`, `accessUser` or `accessToken`
 */
export default class KeepDraft {
  begin(scope: Scope, input: Input): Promise<ProjectDraft> {
    return this.#keep(scope, new ProjectDraft(), null, input)
  }

  change(scope: Scope, draft: ProjectDraft, input: Input): Promise<ProjectDraft> {
    return this.#keep(scope, draft, draft, input)
  }

  async #keep(
    scope: Scope,
    draft: ProjectDraft,
    former: ProjectDraft | null,
    { serverId, ...input }: Input
  ): Promise<ProjectDraft> {
    const server = await Server.within(scope).where('id', serverId).first()
    if (!server || !server.isPinned) refuse('serverId', 'Choose one of your connected servers.')
    const name = nameOfRepository(input.repositoryUrl)
    const source = newSource(input, former, `muster-${name}`)
    await db.transaction(async (trx) => {
      draft.useTransaction(trx).merge({ teamId: scope.teamId, serverId, ...source })
      // What was read was read from where it was before.
      draft.merge(former ? { readingRunId: null } : { createdBy: scope.userId })
      await draft.save()
      const details = { server: server.name, repository: input.repositoryUrl, branch: input.branch }
      await recordActivity(
        scope.origin,
        {
          action: former ? 'project_draft.changed' : 'project_draft.begun',
          subject: draft.asSubject,
          details,
        },
        trx
      )
    })
    return draft
  }
}
