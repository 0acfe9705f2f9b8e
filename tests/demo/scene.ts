import type { Owner } from '#tests/demo/owner'
import { sampleApp, sampleSite } from '#tests/demo/samples'
import type { Fleet } from '#tests/fleet/fleet'
import { GitServer } from '#tests/fleet/git_server'
import type { Host } from '#tests/fleet/host'

export interface SceneProject {
  id: string
  url: string
}

export interface Scene {
  gitServer: GitServer
  /** Server ids by the names of their hosts. */
  servers: Record<string, string>
  /** A Node app on web-1, not deployed yet. */
  app: SceneProject
  /** A static site on web-2, live. */
  site: SceneProject
}

/**
 * Makes of a claimed panel and the hosts web-1, web-2 and git-1 what people work with: connected
 * servers, two repositories on git-1, a project on each of the others.
 */
export async function setTheScene(owner: Owner, fleet: Fleet): Promise<Scene> {
  const gitServer = await GitServer.on(fleet.host('git-1'))
  await gitServer.publish('hello', sampleApp(), 'Say hello')
  await gitServer.publish('handbook', sampleSite(), 'First page of the handbook')
  const servers: Record<string, string> = {}
  for (const host of fleet.hosts) servers[host.name] = await owner.connect(host)
  await owner.prepare([servers['web-1'], servers['web-2']])

  const app = await owner.createProject(
    {
      serverId: servers['web-1'],
      name: 'Hello',
      slug: 'hello',
      repositoryUrl: gitServer.url('hello'),
      runtime: 'process',
      buildCommands: 'node build.js',
      startCommand: 'node server.js',
      healthPath: '/health',
      domain: fleet.host('web-1').address,
    },
    gitServer
  )
  const site = await owner.createProject(
    {
      serverId: servers['web-2'],
      name: 'Handbook',
      slug: 'handbook',
      repositoryUrl: gitServer.url('handbook'),
      runtime: 'static',
      publicDirectory: 'public',
      domain: fleet.host('web-2').address,
    },
    gitServer
  )
  const { events } = await owner.deploy(site)
  await owner.expectSuccess(events)
  return {
    gitServer,
    servers,
    app: { id: app, url: urlOf(fleet.host('web-1')) },
    site: { id: site, url: urlOf(fleet.host('web-2')) },
  }
}

function urlOf(host: Host): string {
  return `http://${host.address}/`
}
