import { setTimeout as sleep } from 'node:timers/promises'
import type { Benchmark } from '../benchmark.js'
import { once, summarize } from '../statistics.js'
import type { Scenery } from '../scenery.js'

const ROUNDS = 10
const GOAL_MS = 500

/** How long nothing happens before the button is pressed, in milliseconds. */
const PAUSE_MS = 2000

/** What a person waits for: pressed "Deploy", saw the page, read the first line of the log. */
export const firstLine: Benchmark = {
  name: 'first-line',
  title: 'From the press of "Deploy" to the first line of the log, idle panel',

  async run(stage) {
    const scenery = await stage.scenery()
    const answered: number[] = []
    const read: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const { answer, line } = await press(scenery)
      answered.push(answer)
      read.push(line)
    }
    return [
      { what: 'the panel answers the press', unit: 'ms', value: summarize(answered) },
      { what: 'first line is there', unit: 'ms', value: summarize(read), goal: GOAL_MS },
      {
        what: `  the slowest of ${ROUNDS}`,
        unit: 'ms',
        value: once(Math.max(...read)),
        goal: GOAL_MS,
      },
    ]
  },
}

async function press({ owner, scene }: Scenery): Promise<{ answer: number; line: number }> {
  await owner.visitor.open(`/projects/${scene.site.id}`)
  await sleep(PAUSE_MS)
  const began = performance.now()
  const page = await owner.askToDeploy(scene.site.id)
  const answer = performance.now() - began
  const events = await owner.eventsOf(page)
  let line = 0
  for await (const { event } of owner.visitor.events(`${events}?offset=0`)) {
    if (event === 'log') line ||= performance.now() - began
  }
  if (line === 0) throw new Error(`The deployment ${page} wrote nothing.`)
  await owner.expectSuccess(events)
  return { answer, line }
}
