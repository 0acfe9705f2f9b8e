import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { Secret } from '#engine/shell/secret'
import { NOTHING } from '#app/activity/chain'
import Activity from '#app/activity/models/activity'
import { commandOrigin, systemOrigin, type Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { verifyChain } from '#app/activity/verify_chain'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { PAYLOADS } from '#tests/support/payload_corpus'

const person = (values: Partial<Origin> = {}): Origin => ({
  actor: { kind: 'user', id: '01J0000000000000000000AD4', name: 'Ada Lovelace' },
  teamId: '01J0000000000000000000TE4',
  address: '203.0.113.9',
  requestId: 'request-1',
  ...values,
})

test.group('The record of activity', (group) => {
  group.each.setup(() => emptyDatabase())

  const rows = () => db.from('activities').orderBy('sequence')
  const head = () => db.from('activity_heads').where('id', 'panel').firstOrFail()
  const whole = async () => (await verifyChain()).finding === null

  test('says who did what to what, from where, and which runs came of it', async ({ assert }) => {
    await recordActivity(person(), {
      action: 'server.added',
      subject: { type: 'server', id: 'x', name: 'web-1' },
      details: { address: 'root@web-1' },
      runs: ['r1', 'r2'],
    })
    const [row] = await Activity.acrossTeams()
    assert.containSubset(row.serialize(), {
      sequence: 1,
      teamId: person().teamId,
      actorKind: 'user',
      actorId: person().actor.id,
      actorName: 'Ada Lovelace',
      action: 'server.added',
      subjectType: 'server',
      subjectId: 'x',
      subjectName: 'web-1',
      details: { address: 'root@web-1' },
      runIds: ['r1', 'r2'],
      address: '203.0.113.9',
      requestId: 'request-1',
      previousHash: NOTHING,
    })
  })

  test('ties every row to the one before, by a key that the database does not show', async ({
    assert,
  }) => {
    for (const action of ['a.b', 'c.d', 'e.f']) await recordActivity(systemOrigin(), { action })
    const [first, second, third] = await rows()
    assert.equal(second.previous_hash, first.hash)
    assert.equal(third.previous_hash, second.hash)
    const end = await head()
    assert.deepInclude(end, { hash: third.hash })
    assert.equal(Number(end.count), 3)
    assert.match(third.hash, /^[0-9a-f]{64}$/)
    assert.isTrue(await whole())
  })

  test('keeps 200 acts at once as one chain', async ({ assert }) => {
    const acts = Array.from({ length: 200 }, (_, number) =>
      recordActivity(person(), { action: 'test.done', details: { number } })
    )
    await Promise.all(acts)
    const all = await Activity.acrossTeams().orderBy('sequence')
    assert.deepEqual(
      all.map(({ sequence }) => sequence),
      Array.from({ length: 200 }, (_, index) => index + 1)
    )
    assert.lengthOf(new Set(all.map(({ details }) => details.number)), 200)
    assert.isTrue(await whole())
  })

  test('has nothing of an act that was taken back', async ({ assert }) => {
    await recordActivity(systemOrigin(), { action: 'test.before' })
    const before = await head()
    const failing = db.transaction(async (trx) => {
      await recordActivity(systemOrigin(), { action: 'test.done' }, trx)
      throw new Error('the act failed')
    })
    await assert.rejects(() => failing, 'the act failed')
    assert.lengthOf(await rows(), 1)
    assert.deepEqual(await head(), before)
    await recordActivity(systemOrigin(), { action: 'test.after' })
    assert.isTrue(await whole())
  })

  test('takes an act whose transaction looked around before others added theirs', async ({
    assert,
  }) => {
    await recordActivity(systemOrigin(), { action: 'test.first' })
    // The embedded database has one connection: there is no meanwhile.
    const hasOthers = db.connection().dialect.name !== 'better-sqlite3'
    await db.transaction(async (trx) => {
      await trx.from('activity_heads').select('id')
      await trx.from('activities').select('id')
      if (hasOthers) await recordActivity(systemOrigin(), { action: 'test.meanwhile' })
      await recordActivity(systemOrigin(), { action: 'test.last' }, trx)
    })
    const all = await rows()
    assert.equal(all.at(-1).action, 'test.last')
    assert.lengthOf(all, hasOthers ? 3 : 2)
    assert.isTrue(await whole())
  })

  test('keeps any text, and what it keeps is what it vouches for', async ({ assert }) => {
    const texts = [...PAYLOADS, '\ud800', 'x'.repeat(300), '🚀'.repeat(300), 'a\0b']
    for (const text of texts) {
      const origin = person({
        actor: { kind: 'user', id: 'x', name: text },
        address: text,
        requestId: text,
      })
      await recordActivity(origin, {
        action: 'test.done',
        subject: { type: 'test', id: 'x', name: text },
        details: { text, [text.slice(0, 100)]: text },
      })
    }
    const all = await Activity.acrossTeams().orderBy('sequence')
    assert.lengthOf(all, texts.length)
    const ofPayloads = all.slice(0, PAYLOADS.length)
    for (const [index, row] of ofPayloads.entries()) {
      if (PAYLOADS[index].length > 64) continue
      assert.equal(row.subjectName, PAYLOADS[index])
      assert.equal(row.details.text, PAYLOADS[index])
    }
    assert.isTrue(await whole())
  })

  test('cuts what is too long, and says so in the details', async ({ assert }) => {
    await recordActivity(person({ requestId: 'r'.repeat(5_000) }), {
      action: 'test.done',
      details: { changes: { buildCommands: { from: 'x'.repeat(10_000), to: null } } },
    })
    const [row] = await Activity.acrossTeams()
    assert.lengthOf(row.requestId!, 64)
    const { from } = (row.details as { changes: { buildCommands: { from: string } } }).changes
      .buildCommands
    assert.match(from, /^x{4000}… \(6000 more characters\)$/)
  })

  test('shows no secret that someone put among the details', async ({ assert }) => {
    const details = { password: new Secret('CANARY-1') }
    await recordActivity(systemOrigin(), { action: 'test.done', details })
    const [row] = await rows()
    assert.notInclude(row.details, 'CANARY')
  })

  test('names commands and the panel itself', async ({ assert }) => {
    await recordActivity(commandOrigin('panel:recover'), { action: 'test.done' })
    await recordActivity(systemOrigin('team'), { action: 'test.done' })
    const [command, system] = await rows()
    assert.deepInclude(command, { actor_kind: 'command', actor_name: 'node ace panel:recover' })
    assert.deepInclude(system, { actor_kind: 'system', team_id: 'team', address: null })
  })

  test('is never changed or removed through its model', async ({ assert }) => {
    await recordActivity(systemOrigin(), { action: 'test.done' })
    const row = await Activity.acrossTeams().firstOrFail()
    await assert.rejects(() => row.merge({ action: 'other' }).save(), /only added to/)
    await assert.rejects(() => row.delete(), /only added to/)
    await assert.rejects(() => Activity.create({ action: 'x' }), /only added to/)
    assert.isTrue(await whole())
  })
})
