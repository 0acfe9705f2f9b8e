import type { Benchmark } from '../benchmark.js'
import { once, slope } from '../statistics.js'

const SECONDS = 120

/** Until then, in seconds, code is compiled and caches fill: that is no leak. */
const WARM_UP = 60

/** What one sample differs from the next by anyway, spread over some thousand connections. */
const GOAL_MIB = 0.25

/** T17 in small: a leak of one object per connection shows in the slope, one of a socket in the files. */
export const soak: Benchmark = {
  name: 'soak',
  title: `${SECONDS} s of connecting, running and dropping, some commands given up in the midst`,

  async run(stage) {
    const scene = await stage.sshScene()
    const engine = scene.engine(scene.group('engine'))
    const samples = await engine.ask('soak', { seconds: SECONDS })
    await engine.stop()
    const [first, ...rest] = samples
    const last = rest.at(-1)!
    const warm = rest.filter(({ seconds }) => seconds >= WARM_UP)
    const points = warm.map(({ connections, heapBytes }) => ({ x: connections, y: heapBytes }))
    const perThousand = (slope(points) * 1000) / 2 ** 20
    return [
      { what: 'connections made and dropped', unit: '', value: once(last.connections) },
      {
        what: 'heap, per 1000 connections',
        unit: 'MiB',
        value: once(perThousand),
        goal: GOAL_MIB,
        note: `${warm.length} samples after ${WARM_UP} s`,
      },
      { what: 'heap at the end', unit: 'MiB', value: once(last.heapBytes / 2 ** 20) },
      {
        what: 'file descriptors left open',
        unit: '',
        value: once(last.files - first.files),
        goal: 0,
      },
    ]
  },
}
