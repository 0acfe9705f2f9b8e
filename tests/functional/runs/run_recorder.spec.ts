import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { claim } from '#app/runs/claims'
import { compiledRun } from '#app/runs/compiled_run'
import Run from '#app/runs/models/run'
import RunStep from '#app/runs/models/run_step'
import { registerRunHandler, type RunEnd } from '#app/runs/run_handler'
import { endRun } from '#app/runs/worker/end_run'
import { RunRecorder } from '#app/runs/worker/run_recorder'
import type Server from '#app/servers/models/server'
import { logOf } from '#tests/support/script_runs'
import { createRun, createServer, createTenant, type Tenant } from '#tests/support/tenants'

const KIND = 'test.steps'

let settled: RunEnd | null = null

registerRunHandler({
  kind: KIND,
  async compile() {
    const steps = [
      { name: 'fetch', title: 'Fetch', commands: ['git fetch'] },
      { name: 'build', title: 'Build', commands: ['npm ci', 'npm run build'] },
      { name: 'live', title: 'Go live', commands: ['reload'] },
    ]
    return { body: 'true', steps, secrets: [] }
  },
  async settle(_, end) {
    settled = end
  },
})

test.group('Recorder of a run', (group) => {
  let tenant: Tenant
  let server: Server

  group.setup(async () => {
    tenant = await createTenant()
    server = await createServer(tenant)
  })
  group.each.setup(() => void (settled = null))

  /** The claim of a new run, with its recorder. */
  async function begin() {
    const { id } = await createRun(tenant, server, { kind: KIND })
    return take(id)
  }

  /** What the next worker makes of it, the former one having vanished. */
  async function take(id: string) {
    await db.from('runs').where('id', id).update({ lease_until: null })
    const [run] = await claim([id])
    const { compiled, isNew } = await compiledRun(run)
    const recorder = new RunRecorder(run, compiled)
    if (!isNew) await recorder.resume()
    return { run, recorder }
  }

  const say = (run: Run, event: Record<string, unknown>) =>
    Buffer.from(`\u001e${run.nonce} ${JSON.stringify({ time: 1_700_000_000_000, ...event })}\n`)

  const failing = (run: Run) =>
    Buffer.concat([
      say(run, { event: 'begin', step: 'fetch' }),
      Buffer.from('fetched\n'),
      say(run, { event: 'end', step: 'fetch' }),
      say(run, { event: 'result', name: 'commit', value: 'abc' }),
      say(run, { event: 'begin', step: 'build' }),
      Buffer.from('building\nerror: größe\n'),
      say(run, { event: 'fail', step: 'build', command: 1, rc: 2 }),
      say(run, { event: 'outcome', value: 'failed', rc: 2 }),
    ])

  const expected = {
    state: 'failed',
    exitCode: 2,
    outcome: 'failed',
    failedStep: { name: 'build', title: 'Build' },
    failedCommand: 'npm run build',
    tail: 'building\nerror: größe\n',
    results: { commit: 'abc' },
  }

  test('knows what failed when it has heard all of it', async ({ assert }) => {
    const { run, recorder } = await begin()
    await recorder.push(failing(run))
    await endRun(run, recorder, { state: 'failed', exitCode: 2 })
    assert.deepEqual(settled as unknown, expected)
    const stored = await Run.acrossTeams().where('id', run.id).firstOrFail()
    assert.containSubset(stored.failure, {
      phase: 'Build',
      command: 'npm run build',
      lastLines: ['building', 'error: größe'],
    })
    const steps = await RunStep.query().where('run_id', run.id).orderBy('position')
    assert.deepEqual(
      steps.map(({ state }) => state),
      ['succeeded', 'failed', 'skipped']
    )
  })

  test('knows what failed when a former worker heard it and was gone before the end', async ({
    assert,
  }) => {
    const former = await begin()
    await former.recorder.push(failing(former.run))
    await former.recorder.flush()
    const { run, recorder } = await take(former.run.id)
    assert.equal(recorder.offset, failing(run).length)
    await endRun(run, recorder, { state: 'failed', exitCode: 2 })
    assert.deepEqual(settled as unknown, expected)
    assert.equal(await logOf(run), 'fetched\nbuilding\nerror: größe\n')
  })

  test('knows what failed wherever the former worker was cut off', async ({ assert }) => {
    for (const cut of [1, 40, 150, 260, 330, 400]) {
      const former = await begin()
      const raw = failing(former.run)
      await former.recorder.push(raw.subarray(0, cut))
      await former.recorder.flush()
      const { run, recorder } = await take(former.run.id)
      await recorder.push(raw.subarray(recorder.offset))
      await endRun(run, recorder, { state: 'failed', exitCode: 2 })
      assert.deepEqual(settled as unknown, expected, `cut at ${cut}`)
      assert.equal(await logOf(run), 'fetched\nbuilding\nerror: größe\n', `cut at ${cut}`)
    }
  })

  test('ends a run whose server announces what its row cannot hold', async ({ assert }) => {
    const { run, recorder } = await begin()
    const long = 'x'.repeat(1500)
    await recorder.push(say(run, { event: 'begin', step: 'build', time: 1e300 }))
    await recorder.push(say(run, { event: 'fail', step: 'build', command: 1e300, rc: 1e300 }))
    await recorder.push(say(run, { event: 'outcome', value: long, rc: 0 }))
    for (let count = 0; count < 200; count++) {
      const name = `name${count}`
      await recorder.push(say(run, { event: 'result', name, value: long }))
      await recorder.push(say(run, { event: 'result', name: long, value: 'x' }))
    }
    // Each of these is six bytes when it is stored.
    await recorder.push(Buffer.from('\u0001'.repeat(20_000)))
    await recorder.flush()
    await endRun(run, recorder, { state: 'failed', exitCode: 2 })
    const stored = await db.from('runs').where('id', run.id).firstOrFail()
    assert.isNull(stored.outcome)
    assert.isAtMost(Buffer.byteLength(stored.results), 33 * 1024)
    assert.isAtMost(Buffer.byteLength(stored.failure), 48 * 1024)
    const [step] = await RunStep.query().where({ run_id: run.id, name: 'build' })
    assert.equal(step.failedCommand, 0)
  })

  test('keeps the first fifty results, and what is said of them later', async ({ assert }) => {
    const former = await begin()
    for (let count = 0; count < 30; count++) {
      await former.recorder.push(
        say(former.run, { event: 'result', name: `r${count}`, value: '1' })
      )
    }
    await former.recorder.flush()
    const { run, recorder } = await take(former.run.id)
    for (let count = 20; count < 60; count++) {
      await recorder.push(say(run, { event: 'result', name: `r${count}`, value: '2' }))
    }
    await recorder.finish()
    assert.lengthOf(Object.keys(recorder.results), 50)
    assert.deepEqual([recorder.results.r0, recorder.results.r49], ['1', '2'])
    assert.equal(recorder.results.r20, '2')
  })

  test('stores what it was given although the memory of it is used again', async ({ assert }) => {
    const { run, recorder } = await begin()
    const memory = Buffer.alloc(1000)
    let sent = ''
    for (let count = 0; count < 700; count++) {
      const bytes =
        count % 100 ? Buffer.from(`${count} größe\n`) : say(run, { event: 'end', step: 'x' })
      if (count % 100) sent += bytes.toString()
      for (const part of [bytes.subarray(0, count % 17), bytes.subarray(count % 17)]) {
        part.copy(memory)
        await recorder.push(memory.subarray(0, part.length))
        memory.fill(0)
      }
    }
    await endRun(run, recorder, { state: 'succeeded', exitCode: 0 })
    assert.equal(await logOf(run), sent)
  })

  test('has its giver wait when 256 KiB are not stored yet, until they are', async ({ assert }) => {
    const { run, recorder } = await begin()
    const chunk = Buffer.alloc(32 * 1024, 'line\n')
    for (let round = 1; round <= 3; round++) {
      const waits: (Promise<void> | void)[] = []
      while (!waits.at(-1)) waits.push(recorder.push(chunk))
      assert.lengthOf(waits, 9)
      await waits.at(-1)
      const { logSize } = await Run.acrossTeams().where('id', run.id).firstOrFail()
      assert.equal(logSize, round * 9 * chunk.length)
    }
    await endRun(run, recorder, { state: 'succeeded', exitCode: 0 })
  })

  test('writes nothing when there is nothing new', async ({ assert }) => {
    const { run, recorder } = await begin()
    await recorder.push(Buffer.from('a line\n'))
    await recorder.flush()
    const before = await Run.acrossTeams().where('id', run.id).firstOrFail()
    await recorder.flush()
    const after = await Run.acrossTeams().where('id', run.id).firstOrFail()
    assert.equal(after.updatedAt.toMillis(), before.updatedAt.toMillis())
  })

  test('counts the lines of what it stores', async ({ assert }) => {
    const { run, recorder } = await begin()
    await recorder.push(Buffer.from('one\ntwo\nthr'))
    await recorder.flush()
    await recorder.push(Buffer.from('ee\n'))
    await endRun(run, recorder, { state: 'succeeded', exitCode: 0 })
    const chunks = await db.from('run_log_chunks').where('run_id', run.id).orderBy('position')
    assert.deepEqual(
      chunks.map(({ lines }) => lines),
      [2, 1]
    )
  })
})
