/*
| `npm test`: everything that says whether this tree is good, from a fresh clone. Plain JavaScript
| without dependencies, because it runs before anything is installed, on whatever Node of version
| 20 or later the machine has. `npm test -- unit functional` runs only the stages named.
*/
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installDependencies, pinnedNode } from './install_dependencies.js'
import { provide } from './verify/capabilities.js'
import { Processes } from './verify/processes.js'
import { rounds, stages } from './verify/stages.js'
import { lastLine, leftOut, marked, print, seconds, table } from './verify/report.js'

const root = join(import.meta.dirname, '..')
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name))
if (unknown.length > 0) {
  const known = stages.map(({ name }) => name).join(', ')
  print(`There is no stage called ${unknown.join(', ')}. The stages are: ${known}.`)
  process.exit(2)
}

const scratch = mkdtempSync(join(tmpdir(), 'muster-verify-'))
const processes = new Processes({ root })
const installing = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (processes.stopping) return
    print(`\nStopping (${signal}).`)
    processes.interrupted = true
    installing.abort()
    void processes.stopAll()
  })
}

const outcomes = []
try {
  await installDependencies({ log: print, signal: installing.signal })
  processes.node = pinnedNode()
  const selected = stages.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  const lacks = await provide(
    selected.flatMap(({ needs }) => needs),
    { processes, print }
  )
  for (const round of rounds) {
    if (processes.stopping) break
    const together = round.filter((stage) => selected.includes(stage))
    const isAlone = together.length === 1
    const running = together.map((stage) => run(stage, lacks, isAlone ? print : marked(stage.name)))
    outcomes.push(...(await Promise.all(running)))
  }
} catch (error) {
  outcomes.push({ name: 'setting up', passed: 0, failed: 1, skipped: 0, failures: [error.message] })
} finally {
  await processes.stopAll()
  rmSync(scratch, { recursive: true, force: true })
}

if (processes.interrupted) {
  outcomes.push({ name: 'interrupted', passed: 0, failed: 1, skipped: 0, failures: [] })
}
print(table(outcomes))
print(leftOut(outcomes))
print(lastLine(outcomes))
process.exit(outcomes.some(({ failed }) => failed > 0) ? 1 : 0)

async function run(stage, lacks, tell) {
  const reasons = stage.needs.flatMap((need) => lacks[need] ?? [])
  if (reasons.length > 0) {
    const failed = process.env.CI === 'true' ? 1 : 0
    print(`\n▸ ${stage.name}: left out\n${reasons.map((reason) => `  - ${reason}`).join('\n')}`)
    return { name: stage.name, reasons, passed: 0, failed, skipped: 1 - failed, failures: [] }
  }
  print(`\n▸ ${stage.name}: ${stage.title}`)
  const began = performance.now()
  const counts = await stage
    .run({ processes, scratch, print: tell })
    .catch((error) => ({ passed: 0, failed: 1, skipped: 0, failures: [error.message] }))
  const time = performance.now() - began
  const mark = counts.failed > 0 ? '✘' : '✔'
  print(`${mark} ${stage.name}: ${counts.failed > 0 ? 'failed' : 'passed'} after ${seconds(time)}`)
  return { name: stage.name, time, ...counts }
}
