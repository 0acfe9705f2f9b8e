import { sampleApp, type Tree } from '#tests/demo/samples'
import { OFFLINE_INSTALL, warmNpmCache } from '#tests/support/npm_cache'
import type { Scenery } from './scenery.js'
import type { DeployedApp } from './plain_deployment.js'

const REPOSITORY = 'shop'
const LISTEN_PORT = 8080

/**
 * The sample app with something to install: Express and what it needs, by `npm ci` from a cache on
 * the server. A project of Muster's on web-1, and whoever else deploys it there.
 */
export class ExpressApp {
  readonly deployed: DeployedApp
  readonly projectId: string
  readonly #packages: Tree
  #commits = 0

  private constructor(deployed: DeployedApp, projectId: string, packages: Tree) {
    this.deployed = deployed
    this.projectId = projectId
    this.#packages = packages
  }

  static async on({ fleet, owner, scene }: Scenery): Promise<ExpressApp> {
    const host = fleet.host('web-1')
    const { gitServer } = scene
    const packages = warmNpmCache([host])
    const manifest = { ...JSON.parse(packages['package.json']), type: 'module' }
    const build = `${OFFLINE_INSTALL}\nnode build.js`
    const projectId = await owner.createProject(
      {
        ...{ serverId: scene.servers['web-1'], name: 'Shop', slug: REPOSITORY, runtime: 'process' },
        repositoryUrl: gitServer.url(REPOSITORY),
        ...{ buildCommands: build, startCommand: 'node server.js', healthPath: '/health' },
        ...{ domain: host.address, listenPort: String(LISTEN_PORT) },
      },
      gitServer
    )
    return new ExpressApp({ host, gitServer, repository: REPOSITORY, build }, projectId, {
      ...packages,
      'package.json': JSON.stringify(manifest),
    })
  }

  /** Where Muster serves it. */
  get port(): number {
    return LISTEN_PORT
  }

  /** @throws when something else than the latest commit is served at a port of the server */
  async expectLive(port: number): Promise<void> {
    const { host } = this.deployed
    const patience = ['--retry', '10', '--retry-delay', '1', '--retry-connrefused']
    const asked = ['--header', `Host: ${host.address}`, `http://127.0.0.1:${port}/`]
    const page = await host.insideAsync(['curl', '--silent', '--fail', ...patience, ...asked])
    if (page.includes(`<h1>${this.#headline}</h1>`)) return
    throw new Error(`${this.#headline} is not what port ${port} serves:\n${page}`)
  }

  /** Publishes another commit. */
  publish(): Promise<string> {
    this.#commits++
    const headline = this.#headline
    const tree = { ...sampleApp({ headline, pages: 3 }), ...this.#packages }
    return this.deployed.gitServer.publish(REPOSITORY, tree, headline)
  }

  get #headline(): string {
    return `Change ${this.#commits}`
  }
}
