import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import type Project from '#app/projects/models/project'
import { addressOf } from '#app/projects/models/placement'
import { newSource, type SourceInput } from '#app/projects/repository_source'
import { assertAddressIsFree } from '#app/projects/queries/free_address'
import { placementsOf } from '#app/projects/queries/placements_of'

export type ProjectSettings = Pick<
  Project,
  | 'name'
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
      | 'queuePolicy'
      | 'deadlineMinutes'
    >
  >

/**
 * Changes a project's settings. They take effect with its next deployment.
 *
 * @throws a refusal for `domain` when another project of the server has the address
 */
@inject()
export default class UpdateProject {
  async handle(
    origin: Origin,
    project: Project,
    { source, ...settings }: ProjectSettings & { source: SourceInput }
  ): Promise<void> {
    const placements = await placementsOf(project)
    const web = placements.filter(({ role }) => role === 'web')
    await assertAddressIsFree(
      web.map(({ serverId }) => serverId),
      settings,
      project.id
    )
    const { accessToken, deployKey, deployPublicKey, ...shown } = newSource(
      source,
      project,
      `muster-${project.slug}`
    )
    const changes = changesOf(project, { ...settings, ...shown })
    const replaced = accessToken !== project.accessToken
    await db.transaction(async (trx) => {
      await project
        .useTransaction(trx)
        .merge({ ...settings, ...shown, accessToken, deployKey, deployPublicKey })
        .save()
      await trx
        .from('placements')
        .where({ project_id: project.id, role: 'web' })
        .update({ address: addressOf(settings), updated_at: Date.now() })
      if (Object.keys(changes).length === 0 && !replaced) return
      const details = { changes, ...(replaced && { accessToken: 'changed' }) }
      await recordActivity(
        origin,
        { action: 'project.updated', subject: project.asSubject, details },
        trx
      )
    })
  }
}

/** The settings that will be others, each as it was and as it will be. */
function changesOf(project: Project, settings: ProjectSettings & Omit<SourceInput, 'accessToken'>) {
  const keys = Object.keys(settings) as (keyof typeof settings)[]
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
