import { inject } from '@adonisjs/core'
import { type InstanceState, parseStates, readStates } from '#engine/processes/states'
import { isProcessName } from '#engine/processes/settings'
import { instanceLooks } from '#app/processes/instance_looks'
import type Placement from '#app/projects/models/placement'
import Project from '#app/projects/models/project'
import ProjectProcess from '#app/projects/models/project_process'
import { placementsOf } from '#app/projects/queries/placements_of'
import Run from '#app/runs/models/run'
import { ServerRemotes } from '#app/servers/server_remotes'
import type { Scope } from '#app/teams/scope'

/** How long a server may take to say how its processes are, in milliseconds. */
const PATIENCE = 8000

/**
 * What the page of a project's processes shows: what is asked for, and what one of its servers says runs.
 */
@inject()
export default class ProcessesPage {
  readonly #remotes: ServerRemotes

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  async read(scope: Scope, projectId: string, serverId?: string) {
    const project = await Project.within(scope)
      .where('id', projectId)
      .preload('processes', (processes) => processes.orderBy('name'))
      .firstOrFail()
    const places = await placementsOf(project)
    const place = places.find((each) => each.serverId === serverId) ?? places[0]
    const looked = place.liveReleaseId
      ? await this.#look(project, place)
      : { states: [], problem: null }
    return {
      ...{ project, places, place },
      processes: joined(project, looked.states),
      problem: looked.problem,
      underWay: await Run.within(scope)
        .where({ project_id: project.id, kind: 'project.processes' })
        .whereIn('state', ['queued', 'running'])
        .first(),
    }
  }

  async #look(
    project: Project,
    { server }: Placement
  ): Promise<{ states: InstanceState[]; problem: string | null }> {
    try {
      const remote = this.#remotes.of(server)
      const { stdout } = await remote.mustRun(readStates(project.slug), { timeout: PATIENCE })
      return { states: parseStates(project.slug, stdout), problem: null }
    } catch (error) {
      return { states: [], problem: (error as Error).message }
    }
  }
}

function joined(project: Project, states: readonly InstanceState[]) {
  const rows = new Map(project.processes.map((row) => [row.name, row]))
  const names = new Set([
    ...(project.runtime === 'static' ? [] : ['web']),
    ...rows.keys(),
    ...states.map(({ process }) => process),
  ])
  return [...names].filter(isProcessName).map((name) => {
    const row: ProjectProcess | null = rows.get(name) ?? null
    const instances = states.filter(({ process }) => process === name)
    const isPhp = name === 'web' && project.runtime === 'php'
    return {
      ...{ name, row, isPhp, instances: instances.map(instanceLooks) },
      command: name === 'web' ? project.startCommand : (row?.command ?? null),
      asked: isPhp ? 1 : (row?.instances ?? 1),
      isUp: instances.some(({ state }) => state === 'active' || state === 'activating'),
    }
  })
}
