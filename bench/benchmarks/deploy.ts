import type { Benchmark, Measurement } from '../benchmark.js'
import { Capistrano } from '../capistrano.js'
import { ExpressApp } from '../express_app.js'
import { quiet } from '../machine.js'
import { PlainDeployment } from '../plain_deployment.js'
import { pressAndWait } from '../press_and_wait.js'
import { inTurns, type Contestants } from '../rounds.js'
import { summarize } from '../statistics.js'
import { longestSteps, storedSteps } from '../stored_steps.js'

const ROUNDS = 5
const GOAL_SECONDS = 1.5

/**
 * A new commit of a Node app made live, in turns: by Muster, from the press of the button to the
 * end of the run; by the same steps in one script given to OpenSSH; by Capistrano.
 */
export const deploy: Benchmark = {
  name: 'deploy',
  title: 'Deploying a Node app, Muster beside one script over OpenSSH and Capistrano',

  async run(stage) {
    const scenery = await stage.scenery()
    const app = await ExpressApp.on(scenery)
    await app.publish()
    const plain = await PlainDeployment.prepare(stage, app.deployed, {
      name: 'plain',
      port: 21_000,
    })
    const capistrano = await Capistrano.prepare(stage, app.deployed)
    let heard = ''
    const contestants: Contestants<number> = {
      muster: async () => {
        const { seconds, events } = await pressAndWait(scenery.owner, app.projectId)
        await app.expectLive(app.port)
        heard = events
        return seconds
      },
      script: () => timed(app, plain),
    }
    if (capistrano) contestants.capistrano = () => timed(app, capistrano)
    const took = await inTurns(contestants, ROUNDS, async () => {
      await app.publish()
      await quiet()
    })
    const [steps] = storedSteps(scenery.panel.data, [heard])
    const more = took.muster.map((seconds, round) => seconds - took.script[round])
    return [
      {
        what: 'Muster, press to end',
        unit: 's',
        value: summarize(took.muster),
        note: `the last one: ${longestSteps(steps, 5)}`,
      },
      {
        what: 'one script over OpenSSH',
        unit: 's',
        value: summarize(took.script),
        note: 'its connection is open already',
      },
      {
        what: 'Muster takes more',
        unit: 's',
        value: summarize(more),
        goal: GOAL_SECONDS,
        note: capistrano ? '' : 'Capistrano is left out: it is not installed',
      },
      ...(capistrano ? byCapistrano(capistrano, took) : []),
    ]
  },
}

function byCapistrano({ version }: Capistrano, took: Record<string, number[]>): Measurement[] {
  const more = took.muster.map((seconds, round) => seconds - took.capistrano[round])
  return [
    {
      what: `Capistrano ${version}`,
      unit: 's',
      value: summarize(took.capistrano),
      note: 'connects each time, restarts the only instance, asks nothing of it',
    },
    { what: 'Muster takes more than it', unit: 's', value: summarize(more) },
  ]
}

async function timed(app: ExpressApp, by: PlainDeployment | Capistrano): Promise<number> {
  const began = performance.now()
  await by.deploy()
  const seconds = (performance.now() - began) / 1000
  await app.expectLive(by.port)
  return seconds
}
