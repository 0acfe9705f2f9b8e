import type { Owner } from '#tests/demo/owner'
import type { Benchmark } from '../benchmark.js'
import { claimedPanel } from '../claimed_panel.js'
import { quiet } from '../machine.js'
import { summarize } from '../statistics.js'

const ROUNDS = 5
const GOAL_SECONDS = 2.5

/** What a person does: sends the form for a command on every server, and waits for all results. */
export const bulkRun: Benchmark = {
  name: 'bulk-run',
  title: 'uptime on every server through the panel, a run with its log for each',

  async run(stage) {
    const { fleet } = await stage.sshScene()
    const { panel, owner } = await claimedPanel(stage)
    stage.say(`Connecting ${fleet.hosts.length} servers`)
    const servers: string[] = []
    for (const host of fleet.hosts) servers.push(await owner.connect(host))

    const first = await everywhere(owner, servers)
    const rounds: Took[] = []
    for (let round = 0; round < ROUNDS; round++) {
      await quiet()
      rounds.push(await everywhere(owner, servers))
    }
    await panel.stop()
    const seconds = (name: keyof Took) => summarize(rounds.map((took) => took[name] / 1000))
    return [
      { what: 'first time', unit: 's', value: summarize([first.all / 1000]) },
      { what: 'the panel answers the form', unit: 's', value: seconds('form') },
      {
        what: `all ${servers.length} results stored`,
        unit: 's',
        value: seconds('all'),
        goal: GOAL_SECONDS,
      },
    ]
  },
}

/** Milliseconds from the press of the button. */
interface Took {
  form: number
  all: number
}

async function everywhere({ visitor }: Owner, servers: readonly string[]): Promise<Took> {
  const { html } = await visitor.open('/bulk-runs/command')
  const [, ticket] = /name=['"]once['"] value=['"](\w+)['"]/.exec(html)!
  const pace = { concurrency: '200', canary: '0', waveSize: '0', stopAfter: '0' }
  const command = { body: 'uptime', interpreter: 'bash', runAs: 'root', timeoutSeconds: '60' }
  const fields = { ...command, ...pace, 'once': ticket, 'servers[]': servers }
  const began = performance.now()
  const page = await visitor.send('/bulk-runs/command', fields, /^\/bulk-runs\/\w+$/)
  const form = performance.now() - began
  let succeeded = 0
  for await (const { event, data } of visitor.events(`${page}/events`)) {
    if (event === 'progress') succeeded = JSON.parse(data).figures.succeeded
  }
  const all = performance.now() - began
  if (succeeded < servers.length) throw new Error(`Only ${succeeded} servers succeeded.`)
  return { form, all }
}
