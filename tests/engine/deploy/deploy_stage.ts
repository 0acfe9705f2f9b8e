import { ulid } from 'ulid'
import { createNonce } from '#engine/detached/nonce'
import { ProgressParser, type ProgressEvent } from '#engine/detached/progress'
import { type FollowOptions } from '#engine/detached/follow'
import { compileScript, type ScriptStep } from '#engine/detached/script'
import { type DeployInput, type DeployProject } from '#engine/deploy/input'
import { compileDeployment, planDeployment } from '#engine/deploy/plan'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { type Remote } from '#engine/ssh/remote'
import { RemotePool } from '#engine/ssh/remote_pool'
import { createFleet, type HostOptions } from '#tests/fleet/fleet'
import { GitServer } from '#tests/fleet/git_server'
import { type Host } from '#tests/fleet/host'
import { type Fault } from '#tests/engine/deploy/fault_points'
import { requireInvariants } from '#tests/engine/deploy/invariants'
import { type Answer, visit } from '#tests/engine/deploy/request_loop'
import { RunUnderWay } from '#tests/engine/detached/run_of'
import { targetOf } from '#tests/engine/ssh/target_of'

export interface EndedDeployment {
  runId: string
  releaseId: string
  outcome: string
  /** Step, command and exit code of what failed. */
  failed: Extract<ProgressEvent, { event: 'fail' }> | undefined
  results: Record<string, string>
  log: string
}

/** How a deployment begins, where, and what befalls it on its way. */
type BeginOptions = Partial<
  Pick<DeployInput, 'kind' | 'releaseId' | 'role' | 'barriers' | 'former'>
> &
  Partial<Pick<FollowOptions, 'deadlineSeconds' | 'graceSeconds'>> & {
    on?: string
    fault?: Fault
  }

type Settings = Partial<DeployProject> & { slug: string }

/** A prepared server, a git server and whatever a deployment from one to the other needs. */
export class DeployStage {
  readonly fleet = createFleet({ image: 'prepared' })
  readonly pool = new RemotePool()
  readonly key = generateKeyPair('deploy')
  git!: GitServer
  #ports = 8000

  /** @param others names of further servers */
  async open(
    web: HostOptions = { name: 'web-1' },
    others: readonly string[] = []
  ): Promise<() => Promise<void>> {
    await this.fleet.start([web, ...others, 'git-1'])
    await Promise.all(this.fleet.hosts.map((host) => host.systemState()))
    this.git = await GitServer.on(this.fleet.host('git-1'))
    await this.git.authorize(this.key.publicKey)
    return async () => {
      this.pool.close()
      await this.fleet.stop()
    }
  }

  get host(): Host {
    return this.fleet.host('web-1')
  }

  get remote(): Remote {
    return this.remoteOf('web-1')
  }

  remoteOf(name: string): Remote {
    return this.pool.remote(targetOf(this.fleet.host(name)))
  }

  /** A project of its own domain and ports, with a repository of its slug's name. */
  project(settings: Settings): DeployProject {
    this.#ports += 2
    return {
      id: `project-${settings.slug}`,
      unixUser: `muster-${settings.slug}`,
      repositoryUrl: this.git.url(settings.slug),
      branch: 'main',
      deployKey: this.key.privateKey,
      knownHosts: `${this.fleet.host('git-1').knownHost}\n`,
      runtime: 'static',
      domain: `${settings.slug}.example.com`,
      listenPort: 80,
      appPort: this.#ports,
      healthPath: '/',
      healthTimeoutSeconds: 10,
      environment: {},
      keepReleases: 5,
      ...settings,
    }
  }

  begin(project: DeployProject, options: BeginOptions = {}): DeploymentUnderWay {
    const { kind = 'deploy', releaseId = ulid(), on = 'web-1', fault, ...others } = options
    const { deadlineSeconds, graceSeconds = 1, ...among } = others
    requireInvariants(this.fleet.host(on), project.slug)
    const nonce = createNonce()
    const plan = planDeployment({ kind, releaseId, project, ...among })
    const steps = fault ? fault(plan.steps) : plan.steps
    const body = compileDeployment({ ...plan, steps }, { nonce })
    const run = new RunUnderWay(this.remoteOf(on), body, { deadlineSeconds, graceSeconds })
    return new DeploymentUnderWay(run, releaseId, nonce)
  }

  /** Runs steps that are no deployment's. */
  run(steps: readonly ScriptStep[], on = 'web-1'): Promise<EndedDeployment> {
    const nonce = createNonce()
    const run = new RunUnderWay(this.remoteOf(on), compileScript(steps, { nonce }))
    return new DeploymentUnderWay(run, ulid(), nonce).ended()
  }

  deploy(project: DeployProject, options: BeginOptions = {}): Promise<EndedDeployment> {
    return this.begin(project, options).ended()
  }

  /** What the site of a project answers now, asked over the network. */
  visit(project: DeployProject, path = '/', on = 'web-1'): Promise<Answer> {
    return visit(this.fleet.host(on).address, project, path)
  }

  /** The body of what the site answers now. */
  async body(project: DeployProject): Promise<string> {
    const { body } = await this.visit(project)
    return body
  }

  /** Deploys and gives the name of the outcome. */
  async outcome(project: DeployProject): Promise<string> {
    const { outcome } = await this.deploy(project)
    return outcome
  }

  /** Ids of the releases that are on the server. */
  releases(project: DeployProject): string[] {
    const list = ['sh', '-c', `ls /srv/muster/${project.slug}/releases 2>/dev/null || true`]
    return this.host.inside(list).split('\n').filter(Boolean)
  }
}

export class DeploymentUnderWay {
  readonly run: RunUnderWay
  readonly releaseId: string
  readonly nonce: string

  constructor(run: RunUnderWay, releaseId: string, nonce: string) {
    this.run = run
    this.releaseId = releaseId
    this.nonce = nonce
  }

  async ended(): Promise<EndedDeployment> {
    const { id, result } = await this.run.ended
    const parser = new ProgressParser(this.nonce)
    const items = [...this.run.chunks.flatMap((chunk) => parser.push(chunk)), ...parser.flush()]
    const events = items.flatMap((item) => (item.kind === 'event' ? [item.event] : []))
    const log = items.map((item) => (item.kind === 'log' ? item.bytes.toString() : '')).join('')
    const outcome = events.find((event) => event.event === 'outcome')
    if (!outcome) throw new Error(`No outcome but ${JSON.stringify(result)}. The log is:\n${log}`)
    return {
      runId: id,
      releaseId: this.releaseId,
      outcome: outcome.value,
      failed: events.find((event) => event.event === 'fail'),
      results: Object.fromEntries(
        events.flatMap((event) => (event.event === 'result' ? [[event.name, event.value]] : []))
      ),
      log,
    }
  }
}
