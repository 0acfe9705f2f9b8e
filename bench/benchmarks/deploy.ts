import { sampleApp } from '#tests/demo/samples'
import type { Benchmark } from '../benchmark.js'
import { PlainDeployment } from '../plain_deployment.js'
import { summarize } from '../statistics.js'
import type { Scenery } from '../scenery.js'

const ROUNDS = 5
const GOAL_SECONDS = 1.5

/**
 * A new commit of a Node app made live: by Muster, from the press of the button to the end of the
 * run, and by the same steps in one script given to OpenSSH, in turns.
 */
export const deploy: Benchmark = {
  name: 'deploy',
  title: 'Deploying a Node app, Muster beside one script over OpenSSH',

  async run(stage) {
    const scenery = await stage.scenery()
    const plain = await PlainDeployment.prepare(stage, scenery)
    await plain.deploy()
    const muster: number[] = []
    const script: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      await publish(scenery, round)
      const turns = [
        async () => muster.push(await byMuster(scenery)),
        async () => script.push(await byScript(plain)),
      ]
      for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn()
    }
    const more = muster.map((seconds, round) => seconds - script[round])
    return [
      { what: 'Muster, press to end', unit: 's', value: summarize(muster) },
      { what: 'one script over OpenSSH', unit: 's', value: summarize(script) },
      { what: 'Muster takes more', unit: 's', value: summarize(more), goal: GOAL_SECONDS },
    ]
  },
}

function publish({ scene }: Scenery, round: number): Promise<string> {
  const tree = sampleApp({ headline: `Round ${round}`, pages: 3 })
  return scene.gitServer.publish('hello', tree, `Round ${round}`)
}

async function byMuster({ owner, scene }: Scenery): Promise<number> {
  await owner.visitor.open(`/projects/${scene.app.id}`)
  const began = performance.now()
  const events = await owner.eventsOf(await owner.askToDeploy(scene.app.id))
  await owner.expectSuccess(events)
  return (performance.now() - began) / 1000
}

async function byScript(plain: PlainDeployment): Promise<number> {
  const began = performance.now()
  await plain.deploy()
  return (performance.now() - began) / 1000
}
