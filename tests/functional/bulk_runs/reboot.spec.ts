import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { RunWorker } from '#app/runs/worker/run_worker'
import type BulkRun from '#app/bulk_runs/models/bulk_run'
import { bulkRunRow, openRunsOf, startCommand, targetsOf } from '#tests/support/bulk_runs'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { FakeServerRemotes } from '#tests/support/fake_server_remotes'
import { waitForRun } from '#tests/support/script_runs'
import { createServer, createTenant } from '#tests/support/tenants'

const ATTACHED = 'muster-run: attached launched=yes launcher=systemd\n'
const end = (facts: string) =>
  `${ATTACHED}muster-run: end ${facts} size=0 started=- ended=- flags=${facts.includes('143') ? 'interrupted' : ''}\n`

/** What the script of a reboot says, so that one can tell whether a server was sent it. */
const SCRIPT = 'Asking the server to restart.'

test.group('The run of a reboot', (group) => {
  let bulkRun: BulkRun
  let remotes: FakeServerRemotes
  let worker: RunWorker

  group.each.setup(async () => {
    await emptyDatabase()
    const tenant = await createTenant()
    const server = await createServer(tenant)
    const work = { kind: 'action', action: 'reboot', values: {} } as const
    const values = { kind: 'action', action: 'reboot', title: 'Reboot', work } as const
    bulkRun = await startCommand(tenant.scope, [server], '', {}, values)
    remotes = new FakeServerRemotes()
    worker = new RunWorker(remotes)
    return () => worker.stop()
  })

  const ended = async () => waitForRun((await targetsOf(bulkRun))[0].runId)
  const sent = () => remotes.remote.commands.map(({ stdin }) => stdin.includes(SCRIPT))

  test('J6: waits for the next boot when the restart has ended it', async ({ assert }) => {
    remotes.remote.on(
      /muster-follow/,
      { stderr: end('state=finished code=143') },
      { lost: 'The connection was closed.' },
      { stderr: end('state=rebooted code=-') }
    )
    worker.start()
    assert.equal((await ended()).state, 'succeeded')
    const [target] = await targetsOf(bulkRun)
    assert.match(target.note!, /^Back after \d+ s$/)
    assert.equal((await bulkRunRow(bulkRun)).state, 'succeeded')
    assert.deepEqual(sent(), [true, false, false])
  })

  test('J6: a server that does not go down has failed', async ({ assert }) => {
    remotes.remote.on(/muster-follow/, { stderr: end('state=finished code=75') })
    worker.start()
    assert.equal((await ended()).state, 'failed')
  })

  test('J2: never asks a second time, not even when the server forgot the first', async ({
    assert,
  }) => {
    const [run] = await openRunsOf(bulkRun)
    await db.from('runs').where('id', run.id).update({ state: 'running', attempt: 1, fence: 1 })
    remotes.remote.on(/muster-follow/, { stderr: 'muster-run: refused reason=missing\n' })
    worker.start()
    const { state, failure } = await ended()
    assert.equal(state, 'failed')
    assert.isNotNull(failure)
    assert.deepEqual(sent(), [false])
  })
})
