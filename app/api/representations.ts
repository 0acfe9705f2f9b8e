import type Deployment from '#app/deployments/models/deployment'
import type Project from '#app/projects/models/project'
import type Server from '#app/servers/models/server'

/*
| What the API says about things: lists of fields, so that a new column is not in an answer until
| someone puts it here.
*/

/** A server with its group and tags loaded. Moments are ISO 8601 in UTC. */
export function serverView(server: Server) {
  return {
    id: server.id,
    name: server.name,
    host: server.host,
    port: server.port,
    username: server.username,
    status: server.status,
    statusMessage: server.statusMessage,
    group: server.group?.name ?? null,
    tags: server.tags.map(({ name }) => name).sort(),
    seenAt: server.seenAt?.toISO() ?? null,
    preparedAt: server.preparedAt?.toISO() ?? null,
    createdAt: server.createdAt.toISO(),
  }
}

/** A project with its placements loaded. */
export function projectView(project: Project) {
  return {
    id: project.id,
    name: project.name,
    slug: project.slug,
    servers: project.placements.map(({ serverId, role, liveReleaseId }) => ({
      id: serverId,
      role,
      liveReleaseId,
    })),
    rollout: project.rollout,
    repositoryUrl: project.repositoryUrl,
    branch: project.branch,
    runtime: project.runtime,
    domain: project.domain,
    listenPort: project.listenPort,
    liveReleaseId: project.liveReleaseId,
    createdAt: project.createdAt.toISO(),
  }
}

/** A deployment with its release and its runs loaded. */
export function deploymentView(deployment: Deployment) {
  return {
    id: deployment.id,
    projectId: deployment.projectId,
    kind: deployment.kind,
    state: deployment.state,
    title: deployment.title,
    cause: deployment.cause,
    causedBy: deployment.causedBy,
    reason: deployment.reason,
    phase: deployment.phase,
    stopReason: deployment.stopReason,
    servers: deployment.runs
      .toSorted((one, other) => one.position - other.position)
      .map(({ serverId, serverName, role, state, runId, note }) => ({
        id: serverId,
        name: serverName,
        ...{ role, state, runId, note },
      })),
    release: {
      id: deployment.release.id,
      commit: deployment.release.commit,
      commitSubject: deployment.release.commitSubject,
    },
    createdAt: deployment.createdAt.toISO(),
    finishedAt: deployment.finishedAt?.toISO() ?? null,
  }
}
