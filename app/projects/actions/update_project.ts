import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { generateKeyPair } from '#engine/ssh/key_pair'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
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
> &
  Partial<
    Pick<
      Project,
      | 'processesFrom'
      | 'phpVersion'
      | 'phpFiles'
      | 'phpWorkers'
      | 'beforeSwitch'
      | 'afterSwitch'
      | 'sharedDirectories'
      | 'sharedFiles'
      | 'healthCodes'
      | 'healthText'
      | 'healthAnswerSeconds'
    >
  >

/**
 * Changes a project's settings. They take effect with its next deployment.
 *
 * @throws a refusal for `domain` when another project of the server has the address
 */
@inject()
export default class UpdateProject {
  async handle(origin: Origin, project: Project, settings: ProjectSettings): Promise<void> {
    await assertAddressIsFree(project.serverId, settings, project.id)
    const changes = changesOf(project, settings)
    if (isOverSsh(settings.repositoryUrl) && !project.deployKey) {
      const keyPair = generateKeyPair(`muster-${project.slug}`)
      project.deployKey = keyPair.privateKey
      project.deployPublicKey = keyPair.publicKey
    }
    await db.transaction(async (trx) => {
      await project.useTransaction(trx).merge(settings).save()
      if (Object.keys(changes).length === 0) return
      await recordActivity(
        origin,
        { action: 'project.updated', subject: project.asSubject, details: { changes } },
        trx
      )
    })
  }
}

/** The settings that will be others, each as it was and as it will be. */
function changesOf(project: Project, settings: ProjectSettings) {
  const keys = Object.keys(settings) as (keyof ProjectSettings)[]
  const changed = keys.filter(
    (key) => settings[key] !== undefined && !isSame(settings[key], project[key])
  )
  return Object.fromEntries(
    changed.map((key) => [key, { from: project[key], to: settings[key] }] as const)
  )
}

/** Lists are the same when they hold the same. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}
