import type { Owner } from '#tests/demo/owner'
import { sampleApp } from '#tests/demo/samples'
import { createFleet } from '#tests/fleet/fleet'
import { GitServer } from '#tests/fleet/git_server'
import type { Benchmark } from '../benchmark.js'
import { claimedPanel } from '../claimed_panel.js'
import { quiet } from '../machine.js'
import { waitAfterPress, type Waited } from '../press_and_wait.js'
import { once, summarize } from '../statistics.js'
import { storedSteps } from '../stored_steps.js'

const HOSTS = 5
const PROJECTS = 20
const ROUNDS = 3
const FIRST_PORT = 8001

/** Many people press "Deploy" at the same moment. */
export const deploysAtOnce: Benchmark = {
  name: 'deploys-at-once',
  title: `${PROJECTS} projects deployed at once on ${HOSTS} servers`,

  async run(stage) {
    const fleet = createFleet({ image: 'prepared' })
    stage.defer(() => fleet.stop())
    const names = Array.from({ length: HOSTS }, (_, index) => `web-${index + 1}`)
    await fleet.start([...names, 'git-1'])
    const { panel, owner } = await claimedPanel(stage)
    const gitServer = await GitServer.on(fleet.host('git-1'))
    await welcomeMany(gitServer)
    const servers: string[] = []
    for (const name of names) servers.push(await owner.connect(fleet.host(name)))
    await owner.prepare(servers)
    stage.say(`Making ${PROJECTS} projects`)
    const projects: string[] = []
    for (let number = 0; number < PROJECTS; number++) {
      await publish(gitServer, number, 'Begin')
      const place = number % HOSTS
      const address = {
        ...{ serverId: servers[place], domain: fleet.host(names[place]).address },
        listenPort: String(FIRST_PORT + number),
      }
      projects.push(await createProject(owner, gitServer, number, address))
    }

    const first = await deployAll(owner, projects)
    const rounds: Round[] = []
    for (let round = 1; round <= ROUNDS; round++) {
      for (const number of projects.keys()) await publish(gitServer, number, `Round ${round}`)
      await quiet()
      rounds.push(roundOf(await deployAll(owner, projects), panel.data))
    }
    const firstRound = roundOf(first, panel.data)
    await panel.stop()
    const of = (figure: keyof Round) => summarize(rounds.map((round) => round[figure]))
    return [
      {
        what: 'first time: all live after',
        unit: 's',
        value: once(firstRound.wall),
        note: `sum of the builds ${firstRound.builds.toFixed(1)} s`,
      },
      { what: 'all live after', unit: 's', value: of('wall') },
      { what: 'half of them live after', unit: 's', value: of('half') },
      {
        what: 'sum of the builds, as stored',
        unit: 's',
        value: of('builds'),
        note: 'they wait more than they compute',
      },
      { what: 'all live / sum of the builds', unit: 'x', value: of('share'), goal: 1 },
    ]
  },
}

/** Seconds, from the first press. */
interface Round {
  wall: number
  half: number
  /** Of all of them. */
  builds: number
  share: number
}

function roundOf(all: readonly Waited[], data: string): Round {
  const steps = storedSteps(
    data,
    all.map(({ events }) => events)
  )
  const builds = steps.reduce((sum, { build }) => sum + (build.to - build.from) / 1000, 0)
  const { median, max: wall } = summarize(all.map(({ seconds }) => seconds))
  return { wall, half: median, builds, share: wall / builds }
}

/** All presses at once, each as by a person of its own. */
async function deployAll(owner: Owner, projects: readonly string[]): Promise<Waited[]> {
  await owner.visitor.open(`/projects/${projects[0]}`)
  return Promise.all(projects.map((id) => waitAfterPress(owner, id)))
}

/** As a code hosting site does: sshd by itself turns some of twenty callers away (sshd_config(5), MaxStartups). */
async function welcomeMany({ host }: GitServer): Promise<void> {
  host.writeFile('/etc/ssh/sshd_config.d/many.conf', 'MaxStartups 200\n')
  await host.insideAsync(['systemctl', 'reload', 'ssh'])
}

function publish(gitServer: GitServer, number: number, headline: string): Promise<string> {
  return gitServer.publish(`app-${number}`, sampleApp({ headline }), headline)
}

function createProject(
  owner: Owner,
  gitServer: GitServer,
  number: number,
  address: { serverId: string; domain: string; listenPort: string }
): Promise<string> {
  const slug = `app-${number}`
  return owner.createProject(
    {
      ...{ name: `App ${number}`, slug, runtime: 'process', healthPath: '/health' },
      // All the servers are this one machine.
      healthTimeoutSeconds: '60',
      ...{ repositoryUrl: gitServer.url(slug), ...address },
      ...{ buildCommands: 'node build.js', startCommand: 'node server.js' },
    },
    gitServer
  )
}
