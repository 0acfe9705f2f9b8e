/*
| `npm run bench [-- names] [--json FILE]`: measures Muster on this machine, side by side with what
| it is compared with, and prints one table.
*/
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Benchmark, Measurement } from './benchmark.js'
import { describeMachine, renderMachine } from './machine.js'
import { Stage } from './stage.js'
import { meetsGoal, renderTable } from './table.js'
import { deploy } from './benchmarks/deploy.js'
import { firstLine } from './benchmarks/first_line.js'
import { fleet } from './benchmarks/fleet.js'
import { logins } from './benchmarks/logins.js'
import { memory } from './benchmarks/memory.js'
import { pages } from './benchmarks/pages.js'
import { requests } from './benchmarks/requests.js'
import { start } from './benchmarks/start.js'

const benchmarks: readonly Benchmark[] = [
  ...[start, memory, pages, logins],
  ...[fleet, firstLine, deploy, requests],
]

const USAGE = `npm run bench -- [NAMES] [--json FILE]

${benchmarks.map(({ name, title }) => `  ${name.padEnd(12)}${title}`).join('\n')}
`

const say = (line: string) => process.stderr.write(`${line}\n`)
const stage = new Stage(say)

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' }, help: { type: 'boolean' } },
  })
  const chosen = benchmarks.filter(({ name }) => !positionals.length || positionals.includes(name))
  const unknown = positionals.filter((name) => !benchmarks.some((known) => known.name === name))
  if (values.help || unknown.length > 0) {
    process.stderr.write(USAGE)
    process.exitCode = values.help ? 0 : 2
    return
  }

  const machine = describeMachine()
  say(renderMachine(machine))
  const results = await measure(chosen)
  process.stdout.write(`\n${renderMachine(machine)}\n`)
  for (const { title, measurements } of results) {
    process.stdout.write(`\n${title}\n${renderTable(measurements)}\n`)
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

/** A benchmark that breaks off costs its own numbers only. */
async function measure(chosen: readonly Benchmark[]) {
  const results: { name: string; title: string; measurements: Measurement[] }[] = []
  for (const { name, title, run } of chosen) {
    say(`\n${title}`)
    try {
      const measurements = await run(stage)
      say(renderTable(measurements))
      results.push({ name, title, measurements })
    } catch (error) {
      say(`It broke off: ${(error as Error).stack}`)
      process.exitCode = 1
    }
  }
  return results
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void stage.strike().finally(() => process.exit(1)))
}

try {
  await main()
} finally {
  await stage.strike()
}
