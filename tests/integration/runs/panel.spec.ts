import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import Run from '#app/runs/models/run'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'
import type User from '#app/users/models/user'
import { PanelVisitor } from '#tests/demo/panel_visitor'
import { createFleet } from '#tests/fleet/fleet'
import { connectedServer, createOwner } from '#tests/support/fleet_servers'
import type { Panel } from '#tests/support/panel'
import { createBuiltRun, sharedPanel } from '#tests/support/panel_runs'
import { logOf, waitForRun } from '#tests/support/script_runs'

/** Lines numbered from 1, a few at a time, so that a log grows while things happen to it. */
const countTo = (last: number, pause: string) =>
  `for i in $(seq 1 ${last}); do echo "line $i"; sleep ${pause}; done`

const lines = (last: number) => Array.from({ length: last }, (_, n) => `line ${n + 1}\n`).join('')

/** The 2.4 billion bytes of a build gone wild. */
const FLOOD = `yes "$(printf '%099d' 7)" | head -n 24000000; touch /root/flood-has-passed`

test.group('Runs and the processes of the panel', (group) => {
  const fleet = createFleet({ image: 'base' })
  const panels: Panel[] = []
  let user: User
  let scope: Scope
  let server: Server

  group.setup(async () => {
    await fleet.start(1)
    ;({ user, scope } = await createOwner())
    server = await connectedServer(scope, fleet.host('web-1'))
  })
  group.teardown(() => fleet.stop())
  group.each.teardown(async () => {
    for (const panel of panels.splice(0)) await panel.remove()
  })

  async function startPanel(roles = 'web,worker') {
    const panel = await sharedPanel({ environment: { MUSTER_ROLES: roles } })
    panels.push(panel)
    return panel
  }

  const rowOf = (run: Run) => Run.acrossTeams().where('id', run.id).firstOrFail()
  const grown = (run: Run) => waitForRun(run.id, ({ logSize }) => logSize > 40)

  test('J1: after kill -9 in mid-run the next process has its whole log and its end', async ({
    assert,
  }) => {
    const panel = await startPanel()
    const run = await createBuiltRun(scope, server, countTo(80, '0.05'))
    await grown(run)
    await panel.kill('SIGKILL')
    await sleep(1_000)
    await panel.boot()
    const ended = await waitForRun(run.id, undefined, 30_000)
    assert.equal(ended.state, 'succeeded')
    assert.equal(ended.attempt, 2)
    assert.equal(await logOf(ended), lines(80))
  })

  test('J1, J6: a run that ended while no panel was there ended as it did', async ({ assert }) => {
    const panel = await startPanel()
    const run = await createBuiltRun(scope, server, `${countTo(10, '0.1')}; exit 9`)
    await grown(run)
    await panel.kill('SIGKILL')
    await sleep(3_000)
    await panel.boot()
    const ended = await waitForRun(run.id, undefined, 30_000)
    assert.equal(ended.state, 'failed')
    assert.equal(ended.exitCode, 9)
    assert.equal(await logOf(ended), lines(10))
  })

  test('Q6: a run whose process is killed twice is neither gone nor doubled', async ({
    assert,
  }) => {
    const panel = await startPanel()
    const run = await createBuiltRun(scope, server, countTo(450, '0.1'))
    await grown(run)
    for (let attempt = 2; attempt <= 3; attempt++) {
      await panel.kill('SIGKILL')
      assert.equal((await rowOf(run)).state, 'running')
      await panel.boot()
      const { logSize } = await rowOf(run)
      await waitForRun(run.id, (now) => now.attempt === attempt && now.logSize > logSize, 30_000)
    }
    const ended = await waitForRun(run.id)
    assert.equal(ended.state, 'succeeded')
    assert.equal(ended.attempt, 3)
    assert.equal(await logOf(ended), lines(450))
  }).timeout(180_000)

  test('Q5: a process that stood still for longer than its lease can write nothing more', async ({
    assert,
  }) => {
    const stalled = await startPanel('worker')
    const run = await createBuiltRun(scope, server, countTo(260, '0.1'))
    await grown(run)
    await startPanel('worker')
    process.kill(stalled.pid!, 'SIGSTOP')
    try {
      const taken = await waitForRun(run.id, ({ attempt }) => attempt === 2, 30_000)
      assert.notInclude(taken.leaseOwner!, `:${stalled.pid}:`)
    } finally {
      process.kill(stalled.pid!, 'SIGCONT')
    }
    await sleep(2_000)
    assert.equal((await rowOf(run)).fence, 2)
    const ended = await waitForRun(run.id)
    assert.equal(ended.state, 'succeeded')
    assert.equal(ended.attempt, 2)
    assert.equal(await logOf(ended), lines(260))
  }).timeout(120_000)

  test('Q11: a process asked to stop during five runs goes at once, and the next takes them up', async ({
    assert,
  }) => {
    const panel = await startPanel()
    const runs: Run[] = []
    for (let count = 0; count < 5; count++) {
      runs.push(await createBuiltRun(scope, server, countTo(60, '0.1')))
    }
    for (const run of runs) await grown(run)
    const asked = Date.now()
    assert.equal(await panel.kill('SIGTERM'), 0)
    assert.isBelow(Date.now() - asked, 30_000)
    for (const run of runs) {
      const left = await rowOf(run)
      assert.equal(left.state, 'running')
      assert.isNull(left.leaseUntil)
    }
    await panel.boot()
    for (const run of runs) {
      const ended = await waitForRun(run.id, undefined, 30_000)
      assert.equal(ended.state, 'succeeded')
      assert.equal(await logOf(ended), lines(60))
    }
  })

  test('T11: two gigabytes of log with a slow reader stop no program and take no memory', async ({
    assert,
  }) => {
    const panel = await startPanel()
    const visitor = new PanelVisitor(panel.url)
    await visitor.open('/login')
    const password = 'a long enough password'
    await visitor.send('/login', { email: user.email, password }, /^\/(dashboard)?/)
    // A panel in use has its caches filled, and its heap is as large as a log at full speed wants it.
    const usual = `yes "$(printf '%099d' 7)" | head -n 3000000`
    await waitForRun((await createBuiltRun(scope, server, usual)).id)

    const before = residentBytes(panel)
    const run = await createBuiltRun(scope, server, FLOOD)
    const reader = await openStream(`${panel.url}/runs/${run.id}/events`, visitor.cookie)
    let most = before
    const sampling = setInterval(() => {
      reader.read(4096)
      most = Math.max(most, residentBytes(panel))
    }, 200)
    const ended = await waitForRun(run.id, undefined, 120_000).finally(() => {
      clearInterval(sampling)
      reader.destroy()
    })

    assert.equal(ended.state, 'succeeded')
    const passed = fleet.host('web-1').inside(['find', '/root', '-name', 'flood-has-passed'])
    assert.include(passed, 'flood-has-passed', 'the program ended')
    assert.isTrue(ended.logTruncated)
    assert.isBelow((most - before) / 2 ** 20, 64, 'MiB that the panel grew by')
    const last = await db
      .from('run_log_chunks')
      .where('run_id', run.id)
      .orderBy('position', 'desc')
      .first()
    assert.include(Buffer.from(last.bytes).toString(), 'The log is full')
    await db.from('runs').where('id', run.id).delete()
  }).timeout(180_000)
})

function residentBytes({ pid }: Panel): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024
}

/** A stream of events whose bytes stay where they are until they are read. */
async function openStream(url: string, cookie: string): Promise<IncomingMessage> {
  const [response] = await once(get(url, { headers: { cookie } }), 'response')
  return response
}
