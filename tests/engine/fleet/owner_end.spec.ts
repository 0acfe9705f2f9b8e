import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { cacheDirectory } from '#tests/fleet/cache'
import { createFleet } from '#tests/fleet/fleet'

const OWNER = path.join(import.meta.dirname, 'owner.ts')

/** What a fleet has put on the machine. */
interface Traces {
  groups: string[]
  namespaces: string[]
  directory: string
}

/** Starts a process with a fleet of hosts `left-1` and `left-2`; resolves when they are up. */
async function startOwner(ending: string): Promise<ChildProcess> {
  const owner = spawn(process.execPath, ['--import=@poppinss/ts-exec', OWNER, ending], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(owner.stdout!, 'data')
  return owner
}

function tracesOf(pid: number): Traces {
  const slots = cacheDirectory('slots')
  for (const number of readdirSync(slots)) {
    const directory = path.join(slots, number)
    const slot = JSON.parse(readFileSync(path.join(directory, 'slot.json'), 'utf8'))
    if (slot.pid !== pid) continue
    const hosts = ['left-1', 'left-2']
    return {
      groups: slot.cgroups.flatMap((group: string) => hosts.map((host) => path.join(group, host))),
      namespaces: hosts.map((host) => `/run/netns/mf${number}-${host}`),
      directory: path.join(directory, 'hosts', 'left-2'),
    }
  }
  throw new Error(`no slot is recorded for process ${pid}`)
}

function existing({ groups, namespaces, directory }: Traces): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
  const mounted = mounts.includes(`${directory}/`) ? [`mount below ${directory}`] : []
  return [...groups, ...namespaces, directory].filter((file) => existsSync(file)).concat(mounted)
}

/** Processes in the groups and below, those of the hosts. */
function processes(groups: string[]): string[] {
  return groups.flatMap((group) => {
    if (!existsSync(group)) return []
    return readdirSync(group, { recursive: true, withFileTypes: true })
      .filter(({ name }) => name === 'cgroup.procs')
      .flatMap(({ parentPath, name }) =>
        readFileSync(path.join(parentPath, name), 'utf8').split('\n')
      )
      .filter(Boolean)
  })
}

test.group('The end of a fleet’s owner', () => {
  test('by SIGKILL leaves no process, and the next start removes the rest', async ({ assert }) => {
    const owner = await startOwner('stay')
    const traces = tracesOf(owner.pid!)
    assert.isAbove(processes(traces.groups).length, 10)
    assert.include(existing(traces), `mount below ${traces.directory}`)

    owner.kill('SIGKILL')
    await once(owner, 'exit')
    const end = Date.now() + 5000
    while (processes(traces.groups).length > 0 && Date.now() < end) await sleep(20)
    assert.deepEqual(processes(traces.groups), [])
    assert.isNotEmpty(existing(traces))

    await using next = createFleet()
    await next.start(1)
    assert.deepEqual(existing(traces), [])
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`by ${signal} leaves nothing`, async ({ assert }) => {
      const owner = await startOwner('stay')
      const traces = tracesOf(owner.pid!)
      assert.isNotEmpty(existing(traces))
      owner.kill(signal)
      const [, endedBy] = await once(owner, 'exit')
      assert.equal(endedBy, signal)
      assert.deepEqual(existing(traces), [])
    })
  }

  for (const [ending, code] of Object.entries({ exit: 3, throw: 1 })) {
    test(`by ${ending} leaves nothing`, async ({ assert }) => {
      const slots = () => readdirSync(cacheDirectory('slots'))
      const owner = await startOwner(ending)
      const [exitCode] = await once(owner, 'exit')
      assert.equal(exitCode, code)
      const records = slots().map((slot) => cacheDirectory('slots', slot, 'slot.json'))
      // Fleets of others come and go meanwhile.
      const present = records.filter((record) => existsSync(record))
      const pids = present.map((record) => JSON.parse(readFileSync(record, 'utf8')).pid)
      assert.isFalse(pids.includes(owner.pid))
    })
  }

  test('does not touch the fleet of a living process', async ({ assert }) => {
    await using fleet = await createFleet().start(1)
    const owner = await startOwner('stay')
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    await using next = await createFleet().start(1)
    await fleet.host('web-1').ready()
    await next.host('web-1').ready()
    assert.equal(fleet.host('web-1').inside(['hostname']).trim(), 'web-1')
  })
})
