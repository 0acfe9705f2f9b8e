import { test } from '@japa/runner'
import type { RunExecution } from '#app/runs/worker/run_execution'
import { Slots } from '#app/runs/worker/slots'

/** Runs that are on their way, each on a server of its own. */
function carried(count: number, teamId: string) {
  return Array.from({ length: count }, (_, index): [RunExecution, null] => {
    const run = { serverId: `${teamId}-${index}`, teamId }
    return [{ run, startingFor: Infinity } as unknown as RunExecution, null]
  })
}

const candidates = (count: number, teamId: string) =>
  Array.from({ length: count }, (_, index) => ({
    id: `${teamId}-run-${index}`,
    serverId: `${teamId}-new-${index}`,
    teamId,
  }))

test.group('Slots of a worker', () => {
  test('are half of them at most for one team', ({ assert }) => {
    const executions = new Map(carried(255, 'one'))
    const slots = new Slots(executions)
    assert.isEmpty(slots.fullTeams)
    assert.deepEqual(slots.choose([...candidates(3, 'one'), ...candidates(3, 'other')]), [
      'one-run-0',
      ...['other-run-0', 'other-run-1', 'other-run-2'],
    ])
    for (const [execution] of carried(1, 'one')) executions.set(execution, null)
    assert.deepEqual(slots.fullTeams, ['one'])
    assert.equal(slots.free, 64)
  })

  test('are twelve at most for one server', ({ assert }) => {
    const executions = new Map(carried(1, 'one'))
    const slots = new Slots(executions)
    const onOne = candidates(20, 'one').map((each) => ({ ...each, serverId: 'one-0' }))
    assert.lengthOf(slots.choose(onOne), 11)
  })
})
