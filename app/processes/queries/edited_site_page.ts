import { inject } from '@adonisjs/core'
import { type EditedSite, parseEditedSite, readEditedSite } from '#engine/deploy/edited_site'
import { layoutOf } from '#engine/deploy/layout'
import { liveInputOf } from '#app/deployments/plan_of'
import type Placement from '#app/projects/models/placement'
import Project from '#app/projects/models/project'
import { placementsOf } from '#app/projects/queries/placements_of'
import { serverNames } from '#app/projects/server_names'
import type Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import type { Scope } from '#app/teams/scope'

/** The site as one server has it now. */
interface Look {
  server: Server
  edited: EditedSite | null
  /** What was decided about this very file. */
  decided: 'keep' | 'overwrite' | null
  problem: string | null
}

/**
 * What the page about a site that was edited by hand shows: the difference on each of the servers
 * that answer visitors, read now, those that nobody decided about first.
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
    const looks = await Promise.all(web.map((placement) => this.#look(project, placement)))
    const edited = looks.filter((look) => look.edited)
    const untouched = looks.filter((look) => !look.edited && look.problem === null)
    return {
      project,
      edited: [...edited.filter((one) => !one.decided), ...edited.filter((one) => one.decided)],
      silent: looks.filter(({ problem }) => problem !== null),
      untouched: serverNames(untouched.map(({ server }) => server.name)),
    }
  }

  async #look(project: Project, { server, editedSite }: Placement): Promise<Look> {
    const nothing = { server, edited: null, decided: null, problem: null }
    try {
      const input = await liveInputOf(project, server.id)
      if (!input) return nothing
      const command = readEditedSite({ ...input, layout: layoutOf(input) })
      const { stdout } = await this.#remotes.of(server).mustRun(command, { timeout: 10_000 })
      const edited = parseEditedSite(stdout)
      const isDecided = edited !== null && edited.checksum === editedSite?.checksum
      return { ...nothing, edited, decided: isDecided ? editedSite.act : null }
    } catch (error) {
      return { ...nothing, problem: (error as Error).message }
    }
  }
}
