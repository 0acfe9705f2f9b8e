import { parseArgs } from 'node:util'
import { Background, type RunningHost } from '#tests/fleet/background'
import { imageLayers, type ImageName } from '#tests/fleet/image'
import { answersSsh } from '#tests/fleet/ssh_banner'
import { requireFleetSupport } from '#tests/fleet/support'

const USAGE = `npm run fleet -- COMMAND

  up [HOSTS] [--image base|prepared] [--disk 256m]
            start hosts web-1 to web-HOSTS (3 unless said) and keep them running
  status    say how to reach each host, and whether it answers
  down      stop them and leave nothing behind
  image     build the images that are not in the cache yet
`

const background = new Background()

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { image: { type: 'string', default: 'base' }, disk: { type: 'string' } },
  })
  const [command, count = '3'] = positionals
  const wanted = { count: hostCount(count), image: imageName(values.image), disk: values.disk }

  if (command === 'up') return print(await background.start(wanted))
  if (command === 'keep') return background.keep(wanted)
  if (command === 'status') return print(await background.hosts())
  if (command === 'image') return buildImages()
  if (command === 'down') {
    console.log((await background.stop()) ? 'The fleet is stopped.' : 'No fleet was running.')
    return
  }
  process.stderr.write(USAGE)
  process.exitCode = 2
}

async function buildImages(): Promise<void> {
  requireFleetSupport()
  for (const layer of await imageLayers('prepared')) console.log(layer)
}

async function print(hosts?: RunningHost[]): Promise<void> {
  if (!hosts) {
    console.log('No fleet is running. Start one: npm run fleet -- up 3')
    return
  }
  for (const { host, address, command } of hosts) {
    const state = (await answersSsh(address, 22)) ? 'answers' : 'silent '
    console.log(`${host.padEnd(8)} ${address.padEnd(14)} ${state}  ${command}`)
  }
}

function hostCount(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text)
  throw new Error(`${text} is no number of hosts`)
}

function imageName(name: string): ImageName {
  if (name === 'base' || name === 'prepared') return name
  throw new Error(`no image ${name}: base or prepared`)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
}
