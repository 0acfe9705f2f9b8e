import { inject } from '@adonisjs/core'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { isOverSsh } from '#app/projects/git_hosts'
import type Project from '#app/projects/models/project'
import { assertAddressIsFree } from '#app/projects/queries/free_address'

export type ProjectSettings = Pick<
  Project,
  | 'name'
  | 'repositoryUrl'
  | 'branch'
  | 'runtime'
  | 'buildCommands'
  | 'startCommand'
  | 'publicDirectory'
  | 'domain'
  | 'listenPort'
  | 'healthPath'
  | 'healthTimeoutSeconds'
  | 'keepReleases'
>

/**
 * Changes a project's settings. They take effect with its next deployment.
 *
 * @throws a refusal for `domain` when another project of the server has the address
 */
@inject()
export default class UpdateProject {
  async handle(project: Project, settings: ProjectSettings): Promise<void> {
    await assertAddressIsFree(project.serverId, settings, project.id)
    const overSsh = isOverSsh(settings.repositoryUrl)
    if (overSsh && !project.deployKey) {
      const keyPair = generateKeyPair(`muster-${project.slug}`)
      project.deployKey = keyPair.privateKey
      project.deployPublicKey = keyPair.publicKey
    }
    await project.merge(settings).save()
  }
}
