import { setTimeout as sleep } from 'node:timers/promises'
import { DateTime } from 'luxon'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import { DeploymentCoordinator } from '#app/deployments/deployment_coordinator'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import CreateProject from '#app/projects/actions/create_project'
import GitHost from '#app/projects/models/git_host'
import Project from '#app/projects/models/project'
import { placementsOf } from '#app/projects/queries/placements_of'
import Run from '#app/runs/models/run'
import RunStep from '#app/runs/models/run_step'
import { RunWorker } from '#app/runs/worker/run_worker'
import type Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import type { Scope } from '#app/teams/scope'
import { requireInvariants } from '#tests/engine/deploy/invariants'
import { nodeApp } from '#tests/engine/deploy/node_app'
import { RequestLoop, visit } from '#tests/engine/deploy/request_loop'
import { createFleet } from '#tests/fleet/fleet'
import { GitServer } from '#tests/fleet/git_server'
import { assertAgreement, type SeenBy } from '#tests/integration/deployments/agreement'
import { placesOfDeployment } from '#tests/support/deployments'
import { connectedServer, createOwner } from '#tests/support/fleet_servers'
import { logOf } from '#tests/support/script_runs'

export const SERVERS = ['web-1', 'web-2', 'web-3'] as const
export type Name = (typeof SERVERS)[number]
type Visitors = [Name, RequestLoop][]

/** Answers 500 through nginx while `/etc/sick` is there, and well when it is asked directly. */
const SICK = `const { existsSync } = require('node:fs')
const well = answer
answer = (request) => request.headers['x-forwarded-for'] && existsSync('/etc/sick')
  ? { status: 500, body: 'sick' } : well(request)`

/** Three prepared servers of a team, and a git server that its projects are fetched from. */
export class DeployFleet {
  readonly fleet = createFleet({ image: 'prepared' })
  git!: GitServer
  scope!: Scope
  servers: Server[] = []
  #undo: (() => Promise<void>)[] = []
  #count = 0

  async open(): Promise<() => Promise<void>> {
    await this.fleet.start([...SERVERS, 'git-1'])
    await Promise.all(this.fleet.hosts.map((host) => host.systemState()))
    this.git = await GitServer.on(this.fleet.host('git-1'))
    this.scope = (await createOwner()).scope
    for (const name of SERVERS) {
      const values = { preparedAt: DateTime.utc() }
      this.servers.push(await connectedServer(this.scope, this.fleet.host(name), values))
    }
    const host = this.fleet.host('git-1')
    await GitHost.create({
      teamId: this.scope.teamId,
      host: host.address,
      port: 22,
      hostKeys: [host.hostKey],
      confirmedBy: this.scope.userId,
    })
    return () => this.fleet.stop()
  }

  /** A worker and a coordinator in this process, until the test ends. */
  startMachinery(): void {
    const remotes = new ServerRemotes()
    const worker = new RunWorker(remotes)
    const coordinator = new DeploymentCoordinator(remotes)
    worker.start()
    coordinator.start()
    this.#undo.push(async () => {
      await coordinator.stop()
      await worker.stop()
      await remotes.close()
    })
  }

  async stopMachinery(): Promise<void> {
    for (const undo of this.#undo.splice(0)) await undo()
  }

  /** A project of a Node app on the servers named, with its first commit `one`. */
  async createProject(
    changes: Partial<Project> = {},
    on: readonly Name[] = SERVERS
  ): Promise<Project> {
    const slug = `app-${++this.#count}`
    await this.publish({ slug }, 'one')
    const project = await new CreateProject().handle(this.scope, {
      name: slug,
      slug,
      servers: on.map((name) => ({ serverId: this.server(name).id, role: 'web' })),
      source: {
        ...{ repositoryUrl: this.git.url(slug), branch: 'main', refKind: 'branch' },
        ...{ sourceDirectory: null, accessUser: null, accessToken: null },
      },
      runtime: 'process',
      buildCommands: null,
      startCommand: 'node server.js',
      publicDirectory: null,
      domain: `${slug}.example.com`,
      listenPort: 80,
      healthPath: '/',
      healthTimeoutSeconds: 10,
      keepReleases: 5,
    })
    await this.git.authorize(project.deployPublicKey!)
    const { rollout = 'together', rollingBatch = 1, rollingFailure = 'stay', ...rest } = changes
    return project.merge({ rollout, rollingBatch, rollingFailure, ...rest }).save()
  }

  server(name: Name): Server {
    return this.servers.find((server) => server.name === name)!
  }

  publish({ slug }: { slug: string }, name: string): Promise<string> {
    return this.git.publish(slug, nodeApp(name, SICK), name)
  }

  async deploy(project: Project): Promise<Deployment> {
    const fresh = await Project.within(this.scope).where('id', project.id).firstOrFail()
    for (const { server } of await placementsOf(fresh)) {
      requireInvariants(this.fleet.host(server.name), fresh.slug)
    }
    return new CreateDeployment().deploy(causeOf(this.scope), fresh)
  }

  /** Deploys and waits for the end. */
  async deployed(project: Project): Promise<Deployment> {
    return this.ended(await this.deploy(project))
  }

  row(deployment: Deployment): Promise<Deployment> {
    return Deployment.acrossTeams().where('id', deployment.id).firstOrFail()
  }

  ended(deployment: Deployment, ms = 90_000): Promise<Deployment> {
    return this.until(deployment, ({ isOpen }) => !isOpen, ms)
  }

  /** Waits until something holds of the deployment's row. */
  async until(
    deployment: Deployment,
    holds: (row: Deployment) => boolean,
    ms = 90_000
  ): Promise<Deployment> {
    for (const end = Date.now() + ms; ; await sleep(50)) {
      const row = await this.row(deployment)
      if (holds(row)) return row
      if (Date.now() > end) throw new Error(`It is ${row.state}:\n${await this.logs(row)}`)
    }
  }

  /** Waits until the commit of its release is known. */
  async commitOf({ releaseId }: Deployment): Promise<Release> {
    for (const end = Date.now() + 60_000; ; await sleep(20)) {
      const release = await Release.acrossTeams().where('id', releaseId).firstOrFail()
      if (release.commit) return release
      if (Date.now() > end) throw new Error('No server has found the commit.')
    }
  }

  /** Waits until so many of its runs are at a step. */
  async atStep(deployment: Deployment, step: string, count: number): Promise<void> {
    for (const end = Date.now() + 60_000; ; await sleep(50)) {
      const runIds = (await placesOfDeployment(deployment)).flatMap(({ runId }) => runId ?? [])
      const rows = await RunStep.query()
        .whereIn('run_id', runIds)
        .where({ name: step, state: 'running' })
      if (rows.length === count) return
      if (Date.now() > end) throw new Error(await this.logs(deployment))
    }
  }

  async logs(deployment: Deployment): Promise<string> {
    const parts: string[] = []
    for (const place of await placesOfDeployment(deployment)) {
      const run = await Run.acrossTeams()
        .where('id', place.runId ?? '')
        .first()
      const log = run ? (await logOf(run)).slice(-600) : ''
      parts.push(
        `${place.serverName} ${place.state} ${run?.state} ${JSON.stringify(run?.failure)}\n${log}`
      )
    }
    return parts.join('\n')
  }

  /** What each server has come to, by its row. */
  async states(deployment: Deployment): Promise<string[]> {
    return (await placesOfDeployment(deployment)).map(({ state }) => state)
  }

  /** What each server answers visitors. */
  bodies({ domain }: Project): Promise<string[]> {
    return Promise.all(
      SERVERS.map(async (name) => {
        const { address } = this.fleet.host(name)
        return (await visit(address, { domain, listenPort: 80 })).body
      })
    )
  }

  /** Visitors of a project on the servers named, until they are given to `holds`. */
  visitors({ domain }: Project, on: readonly Name[] = SERVERS): Visitors {
    const site = { domain, listenPort: 80 }
    return on.map((name) => [name, new RequestLoop(this.fleet.host(name).address, site)])
  }

  /**
   * Holds every server of a project and the records to what has to be so when this release is live, and
   * visitors to the bodies named.
   */
  async holds(
    project: Project,
    releaseId: string,
    { visitors = [], bodies = [] }: { visitors?: Visitors; bodies?: readonly string[] } = {}
  ): Promise<void> {
    const seen: SeenBy = {}
    for (const [name, loop] of visitors) seen[name] = { answers: await loop.stop(), bodies }
    await assertAgreement(this.fleet, project, releaseId, seen)
  }

  /** Makes or removes a file of a host. */
  touch(name: Name, path: string): void {
    this.fleet.host(name).inside(['touch', path])
  }

  remove(name: Name, path: string): void {
    this.fleet.host(name).inside(['rm', '-f', path])
  }
}
