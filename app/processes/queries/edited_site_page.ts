import { inject } from '@adonisjs/core'
import { type EditedSite, parseEditedSite, readEditedSite } from '#engine/deploy/edited_site'
import { layoutOf } from '#engine/deploy/layout'
import { liveInputOf } from '#app/deployments/plan_of'
import Project from '#app/projects/models/project'
import { placementsOf } from '#app/projects/queries/placements_of'
import type Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import type { Scope } from '#app/teams/scope'

interface Look {
  server: Server
  edited: EditedSite | null
  problem: string | null
}

/**
 * What the page about a site that was edited by hand shows: the difference, read now from the
 * first of its servers where it was and nobody decided about it.
 */
@inject()
export default class EditedSitePage {
  readonly #remotes: ServerRemotes

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  async read(scope: Scope, projectId: string) {
    const project = await Project.within(scope).where('id', projectId).firstOrFail()
    const placements = await placementsOf(project)
    const web = placements.filter(({ role }) => role === 'web')
    const looks = await Promise.all(web.map(({ server }) => this.#look(project, server)))
    const decided = project.editedSite?.checksum
    const found = looks.filter(({ edited }) => edited)
    const { server, edited, problem } =
      found.find((look) => look.edited!.checksum !== decided) ??
      found[0] ??
      looks.find((look) => look.problem) ??
      looks[0]
    return { project, server, edited, problem }
  }

  async #look(project: Project, server: Server): Promise<Look> {
    try {
      const input = await liveInputOf(project, server.id)
      if (!input) return { server, edited: null, problem: null }
      const command = readEditedSite({ ...input, layout: layoutOf(input) })
      const { stdout } = await this.#remotes.of(server).mustRun(command, { timeout: 10_000 })
      return { server, edited: parseEditedSite(stdout), problem: null }
    } catch (error) {
      return { server, edited: null, problem: (error as Error).message }
    }
  }
}
