import { createHash } from 'node:crypto'
import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { ulid } from 'ulid'
import PruneActivity from '#app/activity/actions/prune_activity'
import { NOTHING } from '#app/activity/chain'
import { systemOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { verifyChain } from '#app/activity/verify_chain'
import { runAce, testDatabase } from '#tests/support/ace'
import { emptyDatabase } from '#tests/support/database_snapshot'

const ROWS = 9

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const rowAt = (sequence: number) => db.from('activities').where('sequence', sequence)

const change = (sequence: number, values: object) => rowAt(sequence).update(values)

/** A row as someone would add who knows everything but the key. */
async function forged(sequence: number, previousHash: string) {
  const row = { ...(await rowAt(1).first()), id: ulid(), sequence, previous_hash: previousHash }
  return { ...row, hash: sha256(JSON.stringify(row)) }
}

async function swap(one: number, other: number) {
  await change(one, { sequence: -1 })
  await change(other, { sequence: one })
  await change(-1, { sequence: other })
}

/** Moves later rows on by one and puts a row where there is room then. */
async function putIn(sequence: number) {
  for (let each = ROWS; each >= sequence; each--) await change(each, { sequence: each + 1 })
  const before = await rowAt(sequence - 1).first()
  await db.table('activities').insert(await forged(sequence, before.hash))
  await db.from('activity_heads').update({ count: ROWS + 1 })
}

/** The record cut off after a row, and its end moved there. */
async function cutAfter(sequence: number) {
  await db.from('activities').where('sequence', '>', sequence).delete()
  const { hash } = await rowAt(sequence).first()
  await db.from('activity_heads').update({ count: sequence, hash })
}

/** Each column of a row, with what someone might write over it. */
const COLUMNS: Record<string, unknown> = {
  id: '01J0000000000000000000XXXX',
  team_id: '01J0000000000000000000XXXX',
  actor_kind: 'system',
  actor_id: '01J0000000000000000000XXXX',
  actor_name: 'Mallory',
  action: 'server.added',
  subject_type: 'project',
  subject_id: 'other',
  subject_name: 'other',
  details: '{"other":true}',
  run_ids: '["other"]',
  address: '198.51.100.1',
  request_id: 'other',
  created_at: 1_700_000_000_000,
  previous_hash: sha256('other'),
  hash: sha256('other'),
}

interface Tampering {
  title: string
  act: () => Promise<unknown>
  sequence: number | null
  says: RegExp
}

const changed = /It was changed after it was written/

const TAMPERINGS: Tampering[] = [
  ...Object.entries(COLUMNS).map(([column, value]) => ({
    title: `a changed ${column}`,
    act: () => change(4, { [column]: value }),
    sequence: 4,
    says: changed,
  })),
  {
    title: 'a row in which one character is another',
    act: () => change(4, { details: '{"number":5}' }),
    sequence: 4,
    says: changed,
  },
  {
    title: 'a name that became nothing',
    act: () => change(4, { actor_name: null }),
    sequence: 4,
    says: changed,
  },
  {
    title: 'a changed row whose hash was computed anew, and those after it',
    async act() {
      let previous = (await rowAt(3).first()).hash
      for (let sequence = 4; sequence <= ROWS; sequence++) {
        const row = { ...(await rowAt(sequence).first()), previous_hash: previous }
        if (sequence === 4) row.actor_name = 'Mallory'
        previous = sha256(JSON.stringify(row))
        await change(sequence, { ...row, hash: previous })
      }
      await db.from('activity_heads').update({ hash: previous })
    },
    sequence: 4,
    says: /changed after it was written.*begins and ends was changed, too/,
  },
  {
    title: 'the first row taken out',
    act: () => rowAt(1).delete(),
    sequence: 1,
    says: /It is missing/,
  },
  {
    title: 'rows in the middle taken out',
    act: () => db.from('activities').whereIn('sequence', [4, 5]).delete(),
    sequence: 4,
    says: /Rows 4 to 5 are missing/,
  },
  {
    title: 'the newest row taken out',
    act: () => rowAt(ROWS).delete(),
    sequence: ROWS,
    says: /It is missing/,
  },
  {
    title: 'all rows taken out',
    act: () => db.from('activities').delete(),
    sequence: 1,
    says: /Rows 1 to 9 are missing/,
  },
  {
    title: 'the newest rows taken out and the end moved',
    act: () => cutAfter(6),
    sequence: null,
    says: /begins and ends was changed/,
  },
  {
    title: 'the oldest rows taken out and the beginning moved',
    async act() {
      const { hash } = await rowAt(2).first()
      await db.from('activities').where('sequence', '<=', 2).delete()
      await db.from('activity_heads').update({ pruned_count: 2, pruned_hash: hash })
    },
    sequence: null,
    says: /begins and ends was changed/,
  },
  {
    title: 'two rows that changed places',
    act: () => swap(4, 5),
    sequence: 4,
    says: /out of order: it was written as row 5/,
  },
  {
    title: 'the first and the last row that changed places',
    act: () => swap(1, ROWS),
    sequence: 1,
    says: /out of order: it was written as row 9/,
  },
  {
    title: 'a row put in between others',
    act: () => putIn(4),
    sequence: 4,
    says: /put in between two others.*begins and ends was changed, too/,
  },
  {
    title: 'a row put in the place of another',
    async act() {
      const { previous_hash: previous } = await rowAt(4).first()
      await rowAt(4).delete()
      await db.table('activities').insert(await forged(4, previous))
    },
    sequence: 4,
    says: changed,
  },
  {
    title: 'a row added after the end',
    async act() {
      const { hash } = await rowAt(ROWS).first()
      await db.table('activities').insert(await forged(ROWS + 1, hash))
    },
    sequence: ROWS + 1,
    says: /It comes after the end/,
  },
  {
    title: 'a row added before the beginning',
    act: async () => db.table('activities').insert(await forged(0, NOTHING)),
    sequence: 0,
    says: /removed by age/,
  },
  ...Object.entries({ count: 4, hash: ROWS, pruned_count: 1, pruned_hash: 1, seal: null }).map(
    ([column, sequence]) => ({
      title: `a changed ${column} of the end`,
      act: () =>
        db
          .from('activity_heads')
          .update({ [column]: column.endsWith('count') ? 3 : sha256('other') }),
      sequence,
      says: /begins and ends was changed/,
    })
  ),
  {
    title: 'a record that was emptied as if it had never begun',
    async act() {
      await db.from('activities').delete()
      const beginning = { count: 0, hash: NOTHING, seal: null }
      await db.from('activity_heads').update(beginning)
    },
    sequence: null,
    says: /begins and ends was changed/,
  },
]

test.group('Verifying the record of activity', (group) => {
  group.each.setup(async () => {
    await emptyDatabase()
    for (let number = 1; number <= ROWS; number++) {
      const origin = {
        actor: { kind: 'user' as const, id: '01J0000000000000000000ADA4', name: 'Ada' },
        teamId: '01J0000000000000000000TEAM',
        address: '203.0.113.9',
        requestId: `request-${number}`,
      }
      await recordActivity(origin, {
        action: 'test.done',
        subject: { type: 'test', id: String(number), name: `number ${number}` },
        details: { number },
        runs: [`run-${number}`],
      })
    }
  })

  const age = (sequence: number, days: number) =>
    db
      .from('activities')
      .where('sequence', '<=', sequence)
      .update({ created_at: Date.now() - days * 86_400_000 })

  /** Rows that grew old by themselves: their hashes fit. */
  async function recordOld(count: number, days: number) {
    await emptyDatabase()
    const now = Date.now
    Date.now = () => now() - days * 86_400_000
    try {
      for (let number = 0; number < count; number++) {
        await recordActivity(systemOrigin(), { action: 'test.old', details: { number } })
      }
    } finally {
      Date.now = now
    }
  }

  test('finds nothing wrong where nothing is', async ({ assert }) => {
    const { hash } = await rowAt(ROWS).first()
    assert.deepEqual(await verifyChain(), { finding: null, count: ROWS, hash, pruned: 0 })
  })

  test('finds nothing wrong before anything was done', async ({ assert }) => {
    await emptyDatabase()
    assert.deepInclude(await verifyChain(), { finding: null, count: 0 })
  })

  test('finds {title}')
    .with(TAMPERINGS)
    .run(async ({ assert }, { act, sequence, says }) => {
      await act()
      const { finding } = await verifyChain()
      assert.isNotNull(finding)
      assert.equal(finding!.sequence, sequence)
      assert.match(finding!.problem, says)
    })

  test('finds a key that was put in the place of the other', async ({ assert }) => {
    await db.from('activity_heads').update({ chain_key: null })
    assert.isNotNull((await verifyChain()).finding)
  })

  test('goes on while the very first act is added', async ({ assert }) => {
    for (let turns = 0; turns < 80; turns++) {
      await emptyDatabase()
      const check = verifyChain()
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      await recordActivity(systemOrigin(), { action: 'test.first' })
      assert.isNull((await check).finding, `after ${turns} turns`)
    }
  }).timeout(60_000)

  test('goes on while acts are added', async ({ assert }) => {
    const adding = Array.from({ length: 40 }, () =>
      recordActivity(systemOrigin(), { action: 'test.meanwhile' })
    )
    const checks = Array.from({ length: 5 }, () => verifyChain())
    for (const { finding } of await Promise.all(checks)) assert.isNull(finding)
    await Promise.all(adding)
    assert.deepInclude(await verifyChain(), { finding: null, count: ROWS + 40 })
  })

  test('knows a record that was put back to an earlier state by its kept head', async ({
    assert,
  }) => {
    const kept = await verifyChain()
    const earlier = await db.from('activity_heads').first()
    await recordActivity(systemOrigin(), { action: 'test.later' })
    const later = await verifyChain()
    assert.isNull((await verifyChain(kept)).finding)
    assert.isNull((await verifyChain(later)).finding)

    await rowAt(ROWS + 1).delete()
    await db.from('activity_heads').update(earlier)
    assert.isNull((await verifyChain()).finding)
    const { finding } = await verifyChain(later)
    assert.equal(finding!.sequence, ROWS + 1)
    assert.match(finding!.problem, /missing/)

    await recordActivity(systemOrigin(), { action: 'test.another' })
    const other = await verifyChain(later)
    assert.equal(other.finding!.sequence, ROWS + 1)
    assert.match(other.finding!.problem, /another than the head that was kept/)
  })

  test('stays whole when the oldest are removed by age', async ({ assert }) => {
    await recordOld(5, 400)
    for (let number = 0; number < 3; number++) {
      await recordActivity(systemOrigin(), { action: 'test.young' })
    }
    const old = await db.from('activities').where('sequence', 5).first()
    const before = await verifyChain()
    assert.equal(await new PruneActivity().handle({ days: 365 }), 5)

    const rows = await db.from('activities').orderBy('sequence')
    assert.deepEqual(
      rows.map(({ sequence, action }) => [Number(sequence), action]),
      [
        [6, 'test.young'],
        [7, 'test.young'],
        [8, 'test.young'],
        [9, 'activity.pruned'],
      ]
    )
    assert.equal(JSON.parse(rows[3].details).rows, 5)
    assert.deepInclude(await verifyChain(), { finding: null, count: 9, pruned: 5 })
    assert.isNull((await verifyChain(before)).finding)
    assert.isNull((await verifyChain({ count: 5, hash: old.hash })).finding)
    assert.isNotNull((await verifyChain({ count: 5, hash: NOTHING })).finding)
    const tooOld = await verifyChain({ count: 4, hash: NOTHING })
    assert.match(tooOld.finding!.problem, /removed by age since/)

    assert.equal(await new PruneActivity().handle({ days: 365 }), 0)
    assert.lengthOf(await db.from('activities'), 4)
    await rowAt(6).delete()
    const { finding } = await verifyChain()
    assert.deepInclude(finding, { sequence: 6, problem: 'It is missing.' })
  })

  test('finds a row that was removed by age and is back', async ({ assert }) => {
    await recordOld(3, 400)
    const third = await rowAt(3).first()
    await recordActivity(systemOrigin(), { action: 'test.young' })
    await new PruneActivity().handle({ days: 365 })
    await db.table('activities').insert(third)
    const { finding } = await verifyChain()
    assert.equal(finding!.sequence, 3)
    assert.match(finding!.problem, /removed by age/)
  })

  test('keeps what is young behind something older, as after a clock was set back', async ({
    assert,
  }) => {
    await age(2, 400)
    await change(6, { created_at: Date.now() - 400 * 86_400_000 })
    assert.equal(await new PruneActivity().handle({ days: 365 }), 2)
    assert.isNotNull(await rowAt(6).first())
  })

  test('stays whole when everything is removed by age, more than once at a time', async ({
    assert,
  }) => {
    await recordOld(4, 400)
    const prune = () => new PruneActivity().handle({ days: 365 })
    const removed = await Promise.all([prune(), prune(), prune()])
    assert.equal(
      removed.reduce((sum, count) => sum + count),
      4
    )
    assert.deepInclude(await verifyChain(), { finding: null, count: 5, pruned: 4 })
  })

  test('is a command that says what it found', async ({ assert }) => {
    const { APP_KEY, SECRETS_KEY } = process.env as Record<string, string>
    const verify = (...args: string[]) =>
      runAce(['activity:verify', ...args], { ...testDatabase(), APP_KEY, SECRETS_KEY })
    const { hash } = await rowAt(ROWS).first()
    const sound = await verify()
    assert.equal(sound.code, 0, sound.output)
    assert.include(sound.output, `${ROWS} rows`)
    assert.include(sound.output, `${ROWS}:${hash}`)
    const expected = await verify('--expect', `${ROWS}:${hash}`)
    assert.equal(expected.code, 0, expected.output)
    const unexpected = await verify('--expect', `${ROWS}:${NOTHING}`)
    assert.equal(unexpected.code, 1)
    const unreadable = await verify('--expect', 'nonsense')
    assert.equal(unreadable.code, 1)
    assert.include(unreadable.output, 'COUNT:HASH')
    await change(4, { details: '{}' })
    const broken = await verify()
    assert.equal(broken.code, 1)
    assert.include(broken.output, 'Row 4 is the first: It was changed')
  }).timeout(60_000)
})
