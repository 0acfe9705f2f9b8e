import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import Deployment, { type DeploymentKind } from '#app/deployments/models/deployment'
import Release, { type ReleaseSettings } from '#app/deployments/models/release'
import type Project from '#app/projects/models/project'
import CreateRun from '#app/runs/actions/create_run'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/** How long a deployment may take, in seconds. */
const DEADLINE_SECONDS = 3600

/**
 * Records a deployment with its release and its run. A project has at most one active deployment:
 * asking again while one is under way leads to that one.
 */
@inject()
export default class CreateDeployment {
  readonly #createRun: CreateRun

  constructor(createRun: CreateRun) {
    this.#createRun = createRun
  }

  /** Makes the branch's latest commit live, as a new release. */
  deploy(scope: Scope, project: Project) {
    return this.#create(scope, project, 'deploy', null)
  }

  /** Makes a release that was live before live again, by the same activation. */
  rollBack(scope: Scope, project: Project, release: Release) {
    return this.#create(scope, project, 'rollback', release)
  }

  async #create(
    scope: Scope,
    project: Project,
    kind: DeploymentKind,
    existing: Release | null
  ): Promise<Deployment> {
    // Who sees the project may deploy it, though its server may be hidden from them.
    const server = await Server.within(project).where('id', project.serverId).firstOrFail()
    try {
      const deployment = await db.transaction(async (trx) => {
        const release =
          existing ??
          (await Release.create(
            {
              teamId: scope.teamId,
              projectId: project.id,
              state: 'building',
              runtime: project.runtime,
              publicDirectory: project.publicDirectory,
              settings: settingsOf(project),
            },
            { client: trx }
          ))
        const run = await this.#createRun.handle(
          scope,
          {
            server,
            projectId: project.id,
            kind: 'deployment',
            title:
              kind === 'deploy'
                ? `Deploy ${project.name}`
                : `Roll ${project.name} back to ${release.shortCommit}`,
            input: { projectId: project.id, releaseId: release.id, kind },
            deadlineSeconds: DEADLINE_SECONDS,
          },
          trx
        )
        const created = await Deployment.create(
          {
            teamId: scope.teamId,
            projectId: project.id,
            releaseId: release.id,
            runId: run.id,
            createdBy: scope.userId,
            kind,
            state: 'active',
            activeProjectId: project.id,
          },
          { client: trx }
        )
        await recordActivity(
          scope.origin,
          {
            action: kind === 'deploy' ? 'deployment.started' : 'rollback.started',
            subject: { type: 'deployment', id: created.id, name: project.name },
            details: {
              server: server.name,
              ...(existing ? { commit: existing.shortCommit } : { branch: project.branch }),
            },
            runs: [run.id],
          },
          trx
        )
        return created
      })
      return deployment
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      const active = await Deployment.within(scope).where('active_project_id', project.id).first()
      // The one in the way may have ended just now: then the way is free.
      return active ?? this.#create(scope, project, kind, existing)
    }
  }
}

/** What a later rollback to the release takes from it instead of from the project. */
function settingsOf(project: Project): ReleaseSettings {
  const { healthPath, healthTimeoutSeconds, healthCodes, healthText } = project
  const { healthAnswerSeconds, phpVersion, phpFiles } = project
  return {
    ...{ healthPath, healthTimeoutSeconds, healthCodes, healthText },
    ...{ healthAnswerSeconds, phpVersion, phpFiles },
  }
}
