import { sampleSite } from '#tests/demo/samples'
import { createFleet } from '#tests/fleet/fleet'
import { GitServer } from '#tests/fleet/git_server'
import { askPage, CONCURRENCY } from '../ask_page.js'
import type { Benchmark } from '../benchmark.js'
import { claimedPanel } from '../claimed_panel.js'
import { copyProjects } from '../many_projects.js'
import { copyServers } from '../many_servers.js'

const PROJECTS = 200
const SERVERS = 20
const DEPLOYMENTS = 20
const GOAL_MS = 100

/** The list of what is deployed, on a panel with many projects and their histories. */
export const projectList: Benchmark = {
  name: 'project-list',
  title: `The list of ${PROJECTS} projects, ${DEPLOYMENTS} deployments of each, at ${CONCURRENCY} requests at a time`,

  async run(stage) {
    const fleet = createFleet({ image: 'prepared' })
    stage.defer(() => fleet.stop())
    await fleet.start(['web-1', 'git-1'])
    const { panel, owner } = await claimedPanel(stage)
    const gitServer = await GitServer.on(fleet.host('git-1'))
    await gitServer.publish('handbook', sampleSite(), 'First page of the handbook')
    const serverId = await owner.connect(fleet.host('web-1'))
    await owner.prepare([serverId])
    const project = await owner.createProject(
      {
        ...{ serverId, name: 'Handbook', slug: 'handbook', runtime: 'static' },
        repositoryUrl: gitServer.url('handbook'),
        publicDirectory: 'public',
        domain: fleet.host('web-1').address,
      },
      gitServer
    )
    const { events } = await owner.deploy(project)
    await owner.expectSuccess(events)
    copyServers(panel.data, SERVERS)
    copyProjects(panel.data, PROJECTS, DEPLOYMENTS)

    const measurements = await askPage({ panel, owner }, '/projects', GOAL_MS)
    await panel.stop()
    return measurements
  },
}
