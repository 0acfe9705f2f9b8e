/*
| `npm run bench [-- names] [--hosts N] [--json FILE]`: measures Muster on this machine, side by side
| with what it is compared with, and prints one table.
*/
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Benchmark, Measurement } from './benchmark.js'
import { busyShare, describeMachine, isQuiet, renderMachine } from './machine.js'
import { Stage } from './stage.js'
import { meetsGoal, renderTable } from './table.js'
import { bigRepositories } from './benchmarks/big_repository.js'
import { bulkRun } from './benchmarks/bulk_run.js'
import { connections } from './benchmarks/connections.js'
import { deploy } from './benchmarks/deploy.js'
import { deploysAtOnce } from './benchmarks/deploys_at_once.js'
import { fanOut } from './benchmarks/fan_out.js'
import { firstLine } from './benchmarks/first_line.js'
import { fleet } from './benchmarks/fleet.js'
import { logins } from './benchmarks/logins.js'
import { memory } from './benchmarks/memory.js'
import { oneHost } from './benchmarks/one_host.js'
import { pages } from './benchmarks/pages.js'
import { projectList } from './benchmarks/project_list.js'
import { requests } from './benchmarks/requests.js'
import { residentShell } from './benchmarks/resident_shell.js'
import { runLog } from './benchmarks/run_log.js'
import { serverList } from './benchmarks/server_list.js'
import { soak } from './benchmarks/soak.js'
import { start } from './benchmarks/start.js'
import { throughput } from './benchmarks/throughput.js'

const benchmarks: readonly Benchmark[] = [
  ...[start, memory, pages, logins],
  ...[fleet, firstLine, deploy, requests, bigRepositories, deploysAtOnce],
  ...[fanOut, oneHost, residentShell, connections, throughput, soak],
  ...[bulkRun, runLog, serverList, projectList],
]

const HOSTS = 100

const USAGE = `npm run bench -- [NAMES] [--hosts N] [--json FILE]

${benchmarks.map(({ name, title }) => `  ${name.padEnd(18)}${title}`).join('\n')}

  --hosts N         how many hosts are "every host", ${HOSTS} unless said; goals are for ${HOSTS}
  --json FILE       keeps the numbers
`

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    hosts: { type: 'string', default: String(HOSTS) },
    json: { type: 'string' },
    help: { type: 'boolean' },
  },
})
const say = (line: string) => process.stderr.write(`${line}\n`)
const stage = new Stage(say, Number(values.hosts))

async function main(): Promise<void> {
  const chosen = benchmarks.filter(({ name }) => !positionals.length || positionals.includes(name))
  const unknown = positionals.filter((name) => !benchmarks.some((known) => known.name === name))
  if (values.help || unknown.length > 0 || !/^[1-9]\d{0,2}$/.test(values.hosts)) {
    process.stderr.write(USAGE)
    process.exitCode = values.help ? 0 : 2
    return
  }

  const machine = describeMachine()
  say(renderMachine(machine))
  const results = await measure(chosen)
  process.stdout.write(`\n${renderMachine(machine)}\n`)
  for (const { title, busy, measurements } of results) {
    const remark = isQuiet(busy) ? '' : `, when ${disturbed(busy)}`
    process.stdout.write(`\n${title}${remark}\n${renderTable(measurements)}\n`)
  }
  if (values.json) {
    writeFileSync(values.json, `${JSON.stringify({ at: new Date(), machine, results }, null, 2)}\n`)
  }
  process.stdout.write(`\n${verdict(results.flatMap(({ measurements }) => measurements))}\n`)
}

function verdict(measurements: readonly Measurement[]): string {
  const missed = measurements.filter((measurement) => meetsGoal(measurement) === false)
  if (process.exitCode) return 'Not everything could be measured; see above.'
  return missed.length === 0 ? 'Every goal is met.' : `Goals missed: ${missed.length}.`
}

const disturbed = (busy: number) =>
  `the machine was ${Math.round(busy * 100)} % busy before: no figures to rely on`

/** A benchmark that breaks off costs its own numbers only. */
async function measure(chosen: readonly Benchmark[]) {
  const results: { name: string; title: string; busy: number; measurements: Measurement[] }[] = []
  for (const { name, title, run } of chosen) {
    const busy = await busyShare(1000)
    say(`\n${title}`)
    if (!isQuiet(busy)) say(`Mind: ${disturbed(busy)}`)
    try {
      const measurements = await run(stage)
      say(renderTable(measurements))
      results.push({ name, title, busy, measurements })
    } catch (error) {
      say(`It broke off: ${(error as Error).stack}`)
      process.exitCode = 1
    }
  }
  return results
}

// Not `once`: a fleet ends the process at once when nobody else listens any more.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void stage.strike().finally(() => process.exit(1)))
}

try {
  await main()
} finally {
  await stage.strike()
}
