/*
| A panel with three servers, a git server and two projects, on this machine alone, until Ctrl-C.
| PORT and HOST say where the panel listens (127.0.0.1:3333).
*/
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { Commands } from '#tests/demo/commands'
import { Owner } from '#tests/demo/owner'
import { setTheScene } from '#tests/demo/scene'
import { createFleet } from '#tests/fleet/fleet'
import { buildAssets } from '#tests/support/built_assets'
import { Panel } from '#tests/support/panel'

const port = process.env.PORT || '3333'
const host = process.env.HOST || '127.0.0.1'
const own = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`

const began = performance.now()
const say = (line = '') => process.stdout.write(`  ${line}\n`)
const elapsed = () => `${((performance.now() - began) / 1000).toFixed(1)} s`

const cleanups: (() => Promise<void>)[] = []
let ending: Promise<void> | null = null
let panel = null as Panel | null

function end(code: number): Promise<void> {
  ending ??= (async () => {
    for (const cleanup of cleanups.reverse()) {
      await cleanup().catch((error: Error) => process.stderr.write(`${error.message}\n`))
    }
    process.exit(code)
  })()
  return ending
}

async function main() {
  await assertPortIsFree()
  say('Starting three servers: web-1, web-2, git-1')
  const fleet = createFleet({ image: 'prepared' })
  cleanups.push(() => fleet.stop())
  await fleet.start(['web-1', 'web-2', 'git-1'])

  say('Starting the panel')
  await buildAssets()
  const starting = Panel.start({ environment: { HOST: host, PORT: port, APP_URL: own } })
  cleanups.push(() => starting.then((started) => started.remove()))
  panel = await starting

  say('Connecting the servers, making two projects')
  const person = {
    fullName: 'Dana Demo',
    email: 'demo@example.com',
    password: randomBytes(9).toString('base64url'),
  }
  const owner = new Owner(own)
  await owner.claim(panel.claimLink, person)
  const scene = await setTheScene(owner, fleet)

  say()
  say(`Ready in ${elapsed()}. Open the project and press "Deploy main":`)
  say()
  say(`  Panel     ${own}/projects/${scene.app.id}`)
  say(`  E-mail    ${person.email}`)
  say(`  Password  ${person.password}`)
  say()
  say(`Hello will be at ${scene.app.url}, and Handbook is already at ${scene.site.url}.`)
  say('Servers and sites are reachable from this machine only.')
  const commands = new Commands(fleet, scene.gitServer, say)
  say()
  commands.explain()

  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => {
    if (line.trim() === 'quit') void end(0)
    else void commands.run(line.trim())
  })
  watch(panel)
}

/** A panel that ended by itself ends the demo, with its last words. */
function watch(watched: Panel) {
  const timer = setInterval(() => {
    if (ending || isRunning(watched.pid)) return
    clearInterval(timer)
    process.stderr.write(`\nThe panel ended by itself:\n${watched.output}\n`)
    void end(1)
  }, 500)
}

function isRunning(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0)
  } catch {
    return false
  }
}

function assertPortIsFree(): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', () => {
      reject(new Error(`Port ${port} of ${host} is not free. Take another: PORT=3400 npm run demo`))
    })
    server.listen(Number(port), host, () => server.close(() => resolve()))
  })
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!ending) say('Removing everything')
    void end(0)
  })
}

try {
  await main()
} catch (error) {
  if (!ending) {
    const said = panel ? `\n\nThe panel said:\n${panel.output.trim()}` : ''
    const text = `${(error as Error).message}${said}`
    process.stderr.write(`\n  ${text.replaceAll('\n', '\n  ')}\n\n`)
  }
  await end(1)
}
