import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from '@japa/runner'
import { cacheDirectory } from '#tests/fleet/cache'
import { execute } from '#tests/fleet/execute'
import { imageLayers } from '#tests/fleet/image'

const CLI = path.join(import.meta.dirname, '..', '..', 'fleet', 'fleet_cli.ts')

test.group('npm run fleet', (group) => {
  // The images of this machine, and nothing else of the fleet a person may have left running.
  const cache = mkdtempSync(path.join(tmpdir(), 'fleet-cli-'))

  group.setup(async () => {
    await imageLayers('prepared')
    mkdirSync(cacheDirectory('images'), { recursive: true })
    symlinkSync(cacheDirectory('images'), path.join(cache, 'images'))
    return () => {
      fleet('down')
      rmSync(cache, { recursive: true })
    }
  })

  function fleet(...argv: string[]) {
    return spawnSync(process.execPath, ['--import=@poppinss/ts-exec', CLI, ...argv], {
      encoding: 'utf8',
      env: { ...process.env, MUSTER_FLEET_CACHE: cache },
    })
  }

  test('starts hosts that stay, says how to reach them, and stops them', ({ assert }) => {
    assert.match(fleet('status').stdout, /No fleet is running/)
    const up = fleet('up', '2', '--disk', '64m')
    assert.equal(up.status, 0, up.stderr)

    const lines = fleet('status').stdout.trim().split('\n')
    assert.lengthOf(lines, 2)
    for (const [index, line] of lines.entries()) {
      assert.match(line, /answers/)
      const command = line.slice(line.indexOf('ssh -F')).split(' ')
      assert.equal(execute([...command, 'hostname']), `web-${index + 1}\n`)
    }
    const again = fleet('up', '1')
    assert.equal(again.status, 1)
    assert.match(again.stderr, /running already/)

    assert.match(fleet('down').stdout, /stopped/)
    assert.match(fleet('status').stdout, /No fleet is running/)
    assert.deepEqual(readdirSync(path.join(cache, 'slots')), [])
    assert.isFalse(existsSync(path.join(cache, 'background')))
  }).timeout(120_000)

  test('prints the image directories it has', ({ assert }) => {
    const layers = fleet('image').stdout.trim().split('\n')
    assert.lengthOf(layers, 2)
    for (const layer of layers) assert.isTrue(existsSync(layer))
  })

  test('says what can be asked when it does not understand', ({ assert }) => {
    const answer = fleet('fly')
    assert.equal(answer.status, 2)
    assert.match(answer.stderr, /up \[HOSTS\]/)
    assert.match(fleet('up', 'many').stderr, /many is no number of hosts/)
    assert.match(fleet('up', '--image', 'gold').stderr, /no image gold/)
  })
})
