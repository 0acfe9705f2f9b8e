import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { test } from '@japa/runner'
import { sh } from '#engine/shell/command'
import { RemotePool } from '#engine/ssh/remote_pool'
import { createFleet } from '#tests/fleet/fleet'
import { type Host } from '#tests/fleet/host'
import { errorOf, targetOf } from '#tests/engine/ssh/target_of'

const HOSTS = 4
const LOOKS = 7
const ROUNDS = 20

/** What a connection may leave behind, in bytes: the least that a forgotten one is known by takes more. */
const PER_CONNECTION = 1500

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

interface Held {
  heapBytes: number
  /** Open file descriptors. */
  files: number
}

/** What the process holds when all is calm. */
async function held(): Promise<Held> {
  for (let turn = 0; turn < 3; turn++) {
    await sleep(100)
    collect()
  }
  return {
    heapBytes: process.memoryUsage().heapUsed,
    files: readdirSync('/proc/self/fd').length,
  }
}

test.group('A long time of connecting and dropping', (group) => {
  const fleet = createFleet()
  const pool = new RemotePool()

  group.setup(async () => {
    await fleet.start(HOSTS)
    return async () => {
      pool.close()
      await fleet.stop()
    }
  })

  /** Connects, runs and drops; every third time a command is given up in the midst. */
  async function visit(host: Host, round: number): Promise<void> {
    const remote = pool.remote(targetOf(host))
    if (round % 3 === 2) {
      await errorOf(remote.run(sh`sleep 1`, { signal: AbortSignal.timeout(100) }))
    } else {
      await Promise.all([remote.mustRun(sh`true`), remote.mustRun(sh`echo said`)])
    }
    pool.forget(host.name)
  }

  test('T17: hundreds of connections leave neither a socket nor memory behind', async ({
    assert,
  }) => {
    const looks: Held[] = []
    for (let look = 0; look < LOOKS; look++) {
      for (let round = 0; round < ROUNDS; round++) {
        await Promise.all(fleet.hosts.map((host) => visit(host, round)))
      }
      looks.push(await held())
    }
    // The median: once in a while the engine drops code that it has compiled.
    const grown = looks.slice(1).map(({ heapBytes }, index) => heapBytes - looks[index].heapBytes)
    const [, , median] = grown.sort((one, other) => one - other)
    assert.isBelow(median, ROUNDS * HOSTS * PER_CONNECTION, String(grown))
    assert.isAtMost(looks.at(-1)!.files, looks[0].files + HOSTS)
  }).timeout(120_000)
})
