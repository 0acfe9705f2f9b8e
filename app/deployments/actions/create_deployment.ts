import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { advance } from '#app/deployments/advance'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import Deployment, { type DeploymentKind } from '#app/deployments/models/deployment'
import DeploymentRun from '#app/deployments/models/deployment_run'
import Release from '#app/deployments/models/release'
import type Project from '#app/projects/models/project'
import type Placement from '#app/projects/models/placement'
import { placementsOf } from '#app/projects/queries/placements_of'
import { serverNames } from '#app/projects/server_names'
import { placesOf } from '#app/deployments/queries/standing'
import type { Scope } from '#app/teams/scope'

/**
 * Records a deployment with its release and a row for each of its servers. A project has at most
 * one active deployment: asking again while one is under way leads to that one.
 */
export default class CreateDeployment {
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
    const placements = await placementsOf(project)
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
            },
            { client: trx }
          ))
        const many = placements.length > 1
        const created = await Deployment.create(
          {
            teamId: scope.teamId,
            projectId: project.id,
            releaseId: release.id,
            createdBy: scope.userId,
            kind,
            title: titleOf(kind, project, release),
            rollout: many ? project.rollout : null,
            phase: many && project.rollout === 'together' ? 'build' : null,
            phaseAt: null,
            stopReason: null,
            cancelRequestedAt: null,
            state: 'active',
            activeProjectId: project.id,
            fence: 0,
          },
          { client: trx }
        )
        await DeploymentRun.createMany(
          placements.map((placement, position) => rowOf(created, placement, position)),
          { client: trx }
        )
        created.$setRelated('project', project)
        await advance(created, trx)
        const runs = await placesOf(created, trx)
        await recordActivity(
          scope.origin,
          {
            action: kind === 'deploy' ? 'deployment.started' : 'rollback.started',
            subject: { type: 'deployment', id: created.id, name: project.name },
            details: {
              server: serverNames(placements.map(({ server }) => server.name)),
              ...(existing ? { commit: existing.shortCommit } : { branch: project.branch }),
            },
            runs: runs.flatMap(({ runId }) => runId ?? []),
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

function titleOf(kind: DeploymentKind, { name }: Project, release: Release): string {
  return kind === 'deploy' ? `Deploy ${name}` : `Roll ${name} back to ${release.shortCommit}`
}

function rowOf({ id, teamId }: Deployment, placement: Placement, position: number) {
  return {
    teamId,
    deploymentId: id,
    position,
    serverId: placement.serverId,
    serverName: placement.server.name,
    role: placement.role,
    appPort: placement.appPort,
    runId: null,
    state: 'waiting' as const,
    note: null,
    failedStep: null,
    formerReleaseId: placement.liveReleaseId,
    returns: false,
    told: null,
  }
}
