import { sampleApp } from '#tests/demo/samples'
import type { Host } from '#tests/fleet/host'
import { bigRepository, changeOf, historyBytes } from '../big_repository.js'
import type { Benchmark, Measurement } from '../benchmark.js'
import { quiet } from '../machine.js'
import { PlainDeployment } from '../plain_deployment.js'
import { pressAndWait } from '../press_and_wait.js'
import type { Scenery } from '../scenery.js'
import { summarize } from '../statistics.js'
import { longestSteps, storedSteps } from '../stored_steps.js'
import { trafficOf } from '../traffic.js'

const SIZE = { files: 10_000, fileBytes: 5_000, changes: 30, changedFiles: 1_000 }
const CHANGES = 3
const REPOSITORY = 'large'
const BUILD = 'node build.js'
const LISTEN_PORT = '8090'

/** What a deployment took, and what went over the network for it. */
interface Deployed {
  seconds: number
  /** Bytes that the git server sent, and bytes between the server and everybody else. */
  fetched: number
  others: number
  steps: string
}

/** A repository that is heavy to fetch and to write: the first deployment, and those that change a file. */
export const bigRepositories: Benchmark = {
  name: 'big-repository',
  title: `A repository of ${SIZE.files} files and ${Math.round(historyBytes(SIZE) / 1e6)} MB of history, Muster beside one script over OpenSSH`,

  async run(stage) {
    const scenery = await stage.scenery()
    const { fleet, scene } = scenery
    const host = fleet.host('web-1')
    const { gitServer } = scene
    stage.say('Making the repository')
    await gitServer.import(REPOSITORY, bigRepository(SIZE, sampleApp({ pages: 1 })))
    const projectId = await createProject(scenery, host)
    const app = { host, gitServer, repository: REPOSITORY, build: BUILD }
    const plain = await PlainDeployment.prepare(stage, app, { name: 'large', port: 21_010 })

    const muster: Deployed[] = []
    const script: number[] = []
    for (let change = 0; change <= CHANGES; change++) {
      if (change > 0) {
        const content = JSON.stringify({ headline: `Change ${change}`, colour: '#333', pages: 1 })
        const commit = changeOf('content.json', content, `Change ${change}`)
        await gitServer.import(REPOSITORY, commit)
      }
      const turns = [
        async () => muster.push(await byMuster(scenery, host, projectId)),
        async () => script.push(await byScript(plain)),
      ]
      for (const turn of change % 2 === 0 ? turns : turns.reverse()) {
        await quiet()
        await turn()
      }
    }
    return [
      ...rows('first', muster.slice(0, 1), script.slice(0, 1)),
      ...rows('one file changed', muster.slice(1), script.slice(1)),
    ]
  },
}

function rows(name: string, muster: readonly Deployed[], script: readonly number[]): Measurement[] {
  const mebibytes = (values: readonly number[]) => summarize(values.map((bytes) => bytes / 2 ** 20))
  return [
    {
      what: `${name}: Muster, press to end`,
      unit: 's',
      value: summarize(muster.map(({ seconds }) => seconds)),
      note: muster.at(-1)!.steps,
    },
    { what: `${name}: one script over OpenSSH`, unit: 's', value: summarize(script) },
    {
      what: `${name}: sent by the git server`,
      unit: 'MiB',
      value: mebibytes(muster.map(({ fetched }) => fetched)),
    },
    {
      what: `${name}: between panel and server`,
      unit: 'MiB',
      value: mebibytes(muster.map(({ others }) => others)),
    },
  ]
}

function createProject({ owner, scene }: Scenery, { address }: Host): Promise<string> {
  return owner.createProject(
    {
      ...{ serverId: scene.servers['web-1'], name: 'Large', slug: REPOSITORY, runtime: 'process' },
      repositoryUrl: scene.gitServer.url(REPOSITORY),
      ...{ buildCommands: BUILD, startCommand: 'node server.js', healthPath: '/health' },
      ...{ domain: address, listenPort: LISTEN_PORT },
    },
    scene.gitServer
  )
}

async function byMuster(scenery: Scenery, host: Host, projectId: string): Promise<Deployed> {
  const git = scenery.scene.gitServer.host
  const before = { host: trafficOf(host), git: trafficOf(git) }
  const { seconds, events } = await pressAndWait(scenery.owner, projectId)
  const after = { host: trafficOf(host), git: trafficOf(git) }
  const fetched = after.git.sent - before.git.sent
  const asked = after.git.received - before.git.received
  const [sent, received] = (['sent', 'received'] as const).map(
    (way) => after.host[way] - before.host[way]
  )
  const [steps] = storedSteps(scenery.panel.data, [events])
  return {
    seconds,
    fetched,
    others: Math.max(0, sent + received - fetched - asked),
    steps: longestSteps(steps, 4),
  }
}

async function byScript(plain: PlainDeployment): Promise<number> {
  const began = performance.now()
  await plain.deploy()
  return (performance.now() - began) / 1000
}
