import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from '@japa/runner'
import { longestSteps, storedSteps } from '../../../bench/stored_steps.js'

test.group('Stored steps in the benchmarks', (group) => {
  let data: string

  group.each.setup(() => {
    data = mkdtempSync(join(tmpdir(), 'muster-stored-steps-'))
    const database = new DatabaseSync(join(data, 'muster.sqlite3'))
    database.exec(`create table run_steps (run_id, name, state, started_at, finished_at);
      insert into run_steps values
        ('R1', 'fetch', 'succeeded', 1000, 3500), ('R1', 'build', 'succeeded', 3500, 4000),
        ('R1', 'retain', 'skipped', null, null), ('R2', 'build', 'succeeded', 100, 300);`)
    database.close()
    return () => rmSync(data, { recursive: true })
  })

  test('each run has the steps that it ended well, by their names', ({ assert }) => {
    assert.deepEqual(storedSteps(data, ['/runs/R2/events', '/runs/R1/events']), [
      { build: { from: 100, to: 300 } },
      { fetch: { from: 1000, to: 3500 }, build: { from: 3500, to: 4000 } },
    ])
  })

  test('a run without any is said to have none', ({ assert }) => {
    assert.throws(() => storedSteps(data, ['/runs/R3/events']), /no steps of the run R3/)
  })

  test('the longest are named first', ({ assert }) => {
    const [steps] = storedSteps(data, ['/runs/R1/events'])
    assert.equal(longestSteps(steps, 2), 'fetch 2.5 s, build 0.5 s')
    assert.equal(longestSteps(steps, 1), 'fetch 2.5 s')
  })
})
