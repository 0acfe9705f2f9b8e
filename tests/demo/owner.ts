import { fingerprint } from '#engine/ssh/host_key'
import type { GitServer } from '#tests/fleet/git_server'
import type { Host } from '#tests/fleet/host'
import { PanelVisitor, unescaped } from '#tests/demo/panel_visitor'

const FINGERPRINT = /SHA256:[A-Za-z0-9+/]{43}/
const PUBLIC_KEY = /ssh-ed25519 [A-Za-z0-9+/]+=*/

/** What a person types into the form of a new project, beside the usual. */
export interface WantedProject {
  serverId: string
  name: string
  slug: string
  repositoryUrl: string
  runtime: 'process' | 'static'
  domain: string
  buildCommands?: string
  startCommand?: string
  publicDirectory?: string
  healthPath?: string
  healthTimeoutSeconds?: string
  listenPort?: string
}

/** A deployment that was asked for: its page, and where its run is heard. */
export interface AskedDeployment {
  page: string
  events: string
}

/** How a run ended, in the words of its `state` event. */
export interface RunEnd {
  state: string
  label: string
}

/**
 * The owner of a panel, who does by its pages what owners do: claims it, connects servers,
 * compares fingerprints, makes projects, deploys.
 */
export class Owner {
  readonly visitor: PanelVisitor

  constructor(origin: string) {
    this.visitor = new PanelVisitor(origin)
  }

  /** Opens the one-time link, as printed on the console, and takes the panel. */
  async claim(link: string, person: { fullName: string; email: string; password: string }) {
    const { pathname, search, searchParams } = new URL(link)
    await this.visitor.open(`${pathname}${search}`)
    const token = searchParams.get('token')!
    const fields = { ...person, token, teamName: 'Demo' }
    await this.visitor.send('/setup', fields, /^\/dashboard$/)
  }

  /** Adds a host as a server and connects it; gives the server's id. */
  async connect(host: Host): Promise<string> {
    await this.visitor.open('/servers/new')
    const { name, address, port, username } = host
    const fields = { name, host: address, port: String(port), username }
    const path = await this.visitor.send('/servers', fields, /^\/servers\/\w+\/connect$/)
    const page = await this.#read(path)
    const offered = sameFingerprint(page, host)
    const [publicKey] = PUBLIC_KEY.exec(page)!
    await host.insideAsync(['tee', '--append', '/root/.ssh/authorized_keys'], `${publicKey}\n`)
    await this.visitor.send(path, { fingerprint: offered }, /^\/servers\/\w+$/)
    return path.split('/')[2]
  }

  /** Prepares servers for deployments, all at once. */
  async prepare(serverIds: readonly string[]): Promise<void> {
    const runs: string[] = []
    for (const id of serverIds) {
      await this.visitor.open(`/servers/${id}`)
      runs.push(await this.visitor.send(`/servers/${id}/prepare`, {}, /^\/runs\/\w+$/))
    }
    for (const run of runs) await this.expectSuccess(`${run}/events`)
  }

  /** Makes a project, pins its git host and lets its deploy key read; gives the project's id. */
  async createProject(wanted: WantedProject, gitServer: GitServer): Promise<string> {
    await this.visitor.open(`/projects/new?server=${wanted.serverId}`)
    const usual = { branch: 'main', listenPort: '80', healthPath: '/', healthTimeoutSeconds: '10' }
    const fields = { ...usual, keepReleases: '5', ...wanted }
    const path = await this.visitor.send('/projects', fields, /^\/projects\/\w+$/)
    const [publicKey] = PUBLIC_KEY.exec(await this.#read(path))!
    await gitServer.authorize(publicKey)
    const { html } = await this.visitor.open(path)
    if (html.includes(`${path}/git-host`)) await this.#pinGitHost(path, gitServer.host)
    return path.split('/')[2]
  }

  /** Presses "Deploy" on the page of a project. */
  async deploy(projectId: string): Promise<AskedDeployment> {
    await this.visitor.open(`/projects/${projectId}`)
    const page = await this.askToDeploy(projectId)
    return { page, events: await this.eventsOf(page) }
  }

  /** The press itself, for a page that is open already; gives the path of the deployment. */
  askToDeploy(projectId: string): Promise<string> {
    const action = `/projects/${projectId}/deployments`
    return this.visitor.send(action, {}, /^\/projects\/\w+\/deployments\/\w+$/)
  }

  /** Opens the page of a deployment and finds where its run is heard. */
  async eventsOf(deploymentPage: string): Promise<string> {
    const { html } = await this.visitor.open(deploymentPage)
    const events = /\/runs\/\w+\/events/.exec(html)?.[0]
    if (!events) throw new Error(`The page ${deploymentPage} leads to no events.`)
    return events
  }

  /** Listens to a run until it has ended. */
  async waitFor(events: string): Promise<RunEnd> {
    let last: RunEnd | null = null
    for await (const { event, data } of this.visitor.events(`${events}?offset=0`)) {
      if (event === 'state') last = JSON.parse(data)
    }
    if (!last) throw new Error(`Nothing was heard at ${events}.`)
    return last
  }

  /** @throws with the last lines of its log when the run did not succeed */
  async expectSuccess(events: string): Promise<void> {
    let log = ''
    let state = 'unheard of'
    for await (const { event, data } of this.visitor.events(`${events}?offset=0`)) {
      if (event === 'state') state = JSON.parse(data).state
      if (event === 'log') log += JSON.parse(data).text
    }
    if (state === 'succeeded') return
    const lines = log.trim().split('\n').slice(-20).join('\n')
    throw new Error(`The run ${events.split('/')[2]} is ${state}:\n${lines}`)
  }

  /** The source of a page, read as a browser reads it. */
  async #read(path: string): Promise<string> {
    const { html } = await this.visitor.open(path)
    return unescaped(html)
  }

  async #pinGitHost(path: string, host: Host): Promise<void> {
    const page = await this.#read(`${path}/git-host`)
    const offered = sameFingerprint(page, host)
    await this.visitor.send(`${path}/git-host`, { fingerprint: offered }, /^\/projects\/\w+$/)
  }
}

function sameFingerprint(page: string, host: Host): string {
  const offered = FINGERPRINT.exec(page)?.[0]
  const real = fingerprint(host.hostKey)
  if (offered === real) return offered
  throw new Error(`The panel shows ${offered ?? 'no fingerprint'} for ${host.name}, not ${real}.`)
}
