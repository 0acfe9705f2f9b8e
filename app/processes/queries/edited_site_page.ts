import { inject } from '@adonisjs/core'
import { type EditedSite, parseEditedSite, readEditedSite } from '#engine/deploy/edited_site'
import { layoutOf } from '#engine/deploy/layout'
import { deployInputOf } from '#app/deployments/plan_of'
import Project from '#app/projects/models/project'
import Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import type { Scope } from '#app/teams/scope'

/**
 * What the page about a site that was edited by hand shows: the difference, read from the server now.
 */
@inject()
export default class EditedSitePage {
  readonly #remotes: ServerRemotes

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  async read(scope: Scope, projectId: string) {
    const project = await Project.within(scope)
      .where('id', projectId)
      .preload('server')
      .firstOrFail()
    const read = await this.#look(project).catch((error: Error) => error)
    return {
      project,
      edited: read instanceof Error ? null : read,
      problem: read instanceof Error ? read.message : null,
    }
  }

  async #look(project: Project): Promise<EditedSite | null> {
    const input = await deployInputOf(project)
    if (!input) return null
    const server = await Server.within(project).where('id', project.serverId).firstOrFail()
    const command = readEditedSite({ ...input, layout: layoutOf(input) })
    const { stdout } = await this.#remotes.of(server).mustRun(command, { timeout: 10_000 })
    return parseEditedSite(stdout)
  }
}
