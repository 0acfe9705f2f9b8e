import type { Benchmark } from '../benchmark.js'
import { once, summarize } from '../statistics.js'
import { StartedPanel } from '../started_panel.js'

const WARM_STARTS = 5

/** `npm start` in a fresh clone, with nothing installed and nothing built, and then again. */
export const start: Benchmark = {
  name: 'start',
  title: 'From npm start to "Muster is up"',

  async run(stage) {
    const panel = new StartedPanel(await stage.clone(), stage.directory('start'))
    stage.defer(() => panel.stop())
    const cold = await panel.start()
    const warm: number[] = []
    for (let count = 0; count < WARM_STARTS; count++) {
      await panel.stop()
      warm.push(await panel.start())
    }
    await panel.stop()
    return [
      {
        what: 'fresh clone: install, build, up',
        unit: 's',
        value: once(cold / 1000),
        note: 'once',
      },
      {
        what: 'second start',
        unit: 's',
        value: summarize(warm.map((ms) => ms / 1000)),
      },
    ]
  },
}
