import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Release from '#app/deployments/models/release'
import type Project from '#app/projects/models/project'

/** A commit that a push announced, with what it said of it. */
export interface Announced {
  commit: string
  author: string | null
  subject: string | null
}

/**
 * A release to be built: of the branch's latest commit, or of the very one that was announced.
 */
export function makeRelease(
  project: Project,
  announced: Announced | null,
  trx: TransactionClientContract
): Promise<Release> {
  return Release.create(
    {
      teamId: project.teamId,
      projectId: project.id,
      state: 'building',
      branch: project.branch,
      commit: announced?.commit ?? null,
      commitAuthor: announced?.author ?? null,
      commitSubject: announced?.subject ?? null,
      ...settingsOf(project),
    },
    { client: trx }
  )
}

/** What a later rollback to the release takes from it instead of from the project. */
export function settingsOf(
  project: Project
): Pick<Release, 'runtime' | 'publicDirectory' | 'settings'> {
  const { healthPath, healthTimeoutSeconds, healthCodes, healthText } = project
  const { healthAnswerSeconds, phpVersion, phpFiles, runtime, publicDirectory } = project
  return {
    ...{ runtime, publicDirectory },
    settings: {
      ...{ healthPath, healthTimeoutSeconds, healthCodes, healthText },
      ...{ healthAnswerSeconds, phpVersion, phpFiles },
    },
  }
}
