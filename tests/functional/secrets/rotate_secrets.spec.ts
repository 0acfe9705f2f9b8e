import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import app from '@adonisjs/core/services/app'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { ulid } from 'ulid'
import { seal } from '#app/core/database/columns'
import CheckKeys from '#app/secrets/actions/check_keys'
import RotateSecrets from '#app/secrets/actions/rotate_secrets'
import { Keyring } from '#app/secrets/keyring'
import { countKeys } from '#app/secrets/queries/count_keys'
import { findSealedColumns, nameOf, type SealedColumn } from '#app/secrets/sealed_columns'
import { runAce, startAce, testDatabase } from '#tests/support/ace'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { keyringOf, openWith, secretsConfig } from '#tests/support/keyrings'
import { createBelongings, createTenant, type Belongings } from '#tests/support/tenants'

const key = () => randomBytes(32).toString('base64')

/** The key that the tests write with, and the one it is replaced by. */
const FORMER = process.env.SECRETS_KEY!
const FRESH = key()

/** What an operator's command sees once SECRETS_KEY was replaced. */
const environment = (variables: Record<string, string> = {}) => ({
  ...testDatabase(),
  APP_KEY: key(),
  SECRETS_KEY: FRESH,
  SECRETS_KEY_PREVIOUS: FORMER,
  ...variables,
})

interface StoredValue {
  name: string
  row: string
  stored: string
}

/** All encrypted values of the database, found by how they look. */
async function encryptedValues(): Promise<StoredValue[]> {
  const values: StoredValue[] = []
  for (const table of await db.connection().getAllTables()) {
    for (const row of await db.from(table).select('*')) {
      for (const [column, stored] of Object.entries(row)) {
        if (typeof stored === 'string' && stored.startsWith('sec.')) {
          values.push({ name: `${table}.${column}`, row: String(row.id), stored })
        }
      }
    }
  }
  return values
}

test.group('Rotation of SECRETS_KEY', (group) => {
  let columns: SealedColumn[]
  let belongings: Belongings

  const columnNamed = (name: string) => columns.find((column) => nameOf(column) === name)!
  const purposeOf = (name: string) => columnNamed(name).purpose

  async function empty() {
    await emptyDatabase()
    await db.from('key_checks').delete()
    for (const { table, column } of await findSealedColumns(app)) {
      const isOptional = table === 'panel_settings' || table === 'activity_heads'
      if (isOptional) await db.from(table).update({ [column]: null })
    }
  }

  /** Gives every column that is empty so far a value in one of its rows. */
  async function fill() {
    for (const { table, column, primaryKey, purpose } of columns) {
      if (await db.from(table).whereNotNull(column).first()) continue
      const row = await db.from(table).select(primaryKey).first()
      if (!row) throw new Error(`${table} has secrets and no row: give it one in createBelongings.`)
      const value = seal({ text: `a secret in ${table}.${column}` }, purpose)
      await db
        .from(table)
        .where(primaryKey, row[primaryKey])
        .update({ [column]: value })
    }
  }

  /** Adds variables to the project, and gives their ids in order. */
  async function addVariables(count: number): Promise<string[]> {
    const { project } = belongings
    const ids = Array.from({ length: count }, () => ulid()).sort()
    const rows = ids.map((id) => ({
      id,
      team_id: project.teamId,
      project_id: project.id,
      key: `V_${id}`,
      value: seal({ text: `value of ${id}` }, purposeOf('project_variables.value')),
      created_at: Date.now(),
      updated_at: Date.now(),
    }))
    for (let start = 0; start < count; start += 500) {
      await db.table('project_variables').multiInsert(rows.slice(start, start + 500))
    }
    return ids
  }

  async function storedVariable(id: string): Promise<string> {
    const row = await db.from('project_variables').where('id', id).select('value').firstOrFail()
    return row.value
  }

  /** What a variable says to who has the fresh key alone. */
  async function readVariable(id: string): Promise<string | null> {
    const purpose = purposeOf('project_variables.value')
    const content = await openWith<{ text: string }>(FRESH, await storedVariable(id), purpose)
    return content?.text ?? null
  }

  /** What all values say to who has a key, by where they are. */
  async function contents(values: StoredValue[], withKey: string) {
    const entries = values.map(async ({ name, row, stored }) => {
      return [`${name} ${row}`, await openWith(withKey, stored, purposeOf(name))] as const
    })
    return Object.fromEntries(await Promise.all(entries))
  }

  group.each.timeout(120_000)
  group.setup(async () => {
    columns = await findSealedColumns(app)
  })
  group.each.setup(async () => {
    await empty()
    belongings = await createBelongings(await createTenant())
    await new CheckKeys(await keyringOf(FORMER)).handle(async () => columns)
    await fill()
  })
  group.teardown(() => empty())

  test('S10: turns every encrypted value of the database, and no content changes', async ({
    assert,
  }) => {
    const before = await encryptedValues()
    const former = await keyringOf(FORMER)
    const fresh = await keyringOf(FRESH)
    assert.sameMembers([...new Set(before.map(({ name }) => name))], columns.map(nameOf))
    for (const { name, stored } of before) {
      assert.equal(former.keyOf(stored, purposeOf(name)), 0, name)
      assert.isNull(fresh.keyOf(stored, purposeOf(name)), name)
    }

    const { code, output } = await runAce(['secrets:rotate'], environment())
    assert.equal(code, 0, output)
    assert.include(output, 'remove SECRETS_KEY_PREVIOUS')
    for (const value of [FORMER, FRESH]) assert.notInclude(output, value)

    const after = await contents(await encryptedValues(), FRESH)
    assert.isTrue(Object.values(after).every((content) => content !== null))
    assert.deepEqual(after, await contents(before, FORMER))
  })

  test('only counts when asked to check', async ({ assert }) => {
    const before = await encryptedValues()
    const asked = await runAce(['secrets:rotate', '--check'], environment())
    assert.equal(asked.code, 0, asked.output)
    assert.include(asked.output, 'Encrypted with SECRETS_KEY: 0')
    assert.include(asked.output, `Encrypted with SECRETS_KEY_PREVIOUS: ${before.length}`)
    assert.deepEqual(await encryptedValues(), before)
  })

  test('done again changes nothing more', async ({ assert }) => {
    const keyring = await keyringOf(FRESH, FORMER)
    const all = (await encryptedValues()).length
    assert.equal(await new RotateSecrets(keyring).handle(columns), all)
    const after = await encryptedValues()
    assert.equal(await new RotateSecrets(keyring).handle(columns), 0)
    assert.deepEqual(await encryptedValues(), after)
  })

  test('S10: killed in the middle, it leaves every value readable and does the rest when run again', async ({
    assert,
  }) => {
    const ids = await addVariables(6000)
    const first = await storedVariable(ids[0])
    const { child, ended } = startAce(['secrets:rotate'], environment())
    while ((await storedVariable(ids[0])) === first) {
      if (child.exitCode !== null) assert.fail((await ended).output)
      await sleep(1)
    }
    child.kill('SIGKILL')
    const { code } = await ended
    assert.isNull(code)

    const both = await keyringOf(FRESH, FORMER)
    const halfway = await countKeys(both, columns)
    assert.isAbove(halfway.byKey[0], 0)
    assert.isAbove(halfway.byKey[1], 0)
    assert.isEmpty(halfway.unreadable)
    const check = await db.from('key_checks').firstOrFail()
    assert.equal(both.keyOf(check.value, purposeOf('key_checks.value')), 1)

    const { output } = await runAce(['secrets:rotate'], environment())
    assert.include(output, 'remove SECRETS_KEY_PREVIOUS')
    const whole = await countKeys(await keyringOf(FRESH), columns)
    assert.deepEqual(whole, { byKey: [halfway.byKey[0] + halfway.byKey[1]], unreadable: [] })
    for (const id of [ids[0], ids[2999], ids[5999]]) {
      assert.equal(await readVariable(id), `value of ${id}`)
    }
  })

  test('S10: what changes meanwhile is kept, by whatever key it is written', async ({ assert }) => {
    const [byFresh, byFormer, removed, untouched] = await addVariables(4)
    const purpose = purposeOf('project_variables.value')
    const fresh = await keyringOf(FRESH)
    const meanwhile = new Map([
      [byFresh, () => write(byFresh, fresh.sealWithOldest({ text: 'newer' }, purpose))],
      [byFormer, () => write(byFormer, seal({ text: 'newer too' }, purpose))],
      [removed, () => db.from('project_variables').where('id', removed).delete().exec()],
    ])
    const write = (id: string, value: string) =>
      db.from('project_variables').where('id', id).update({ value }).exec()
    const stored = new Map<string, string>()
    for (const id of meanwhile.keys()) stored.set(await storedVariable(id), id)

    /** Comes between the reading of a value and its writing. */
    const writes: Promise<unknown>[] = []
    class Meddler extends Keyring {
      override reseal(value: string, ofPurpose: string) {
        const id = stored.get(value)
        if (id) writes.push(meanwhile.get(id)!())
        return super.reseal(value, ofPurpose)
      }
    }
    const config = await secretsConfig([FRESH, FORMER])
    await new RotateSecrets(new Meddler(config)).handle(columns)
    await Promise.all(writes)
    // With several connections the change may have come last: the next rotation finds it.
    await new RotateSecrets(new Keyring(config)).handle(columns)

    assert.lengthOf(writes, 3)
    assert.equal(await readVariable(byFresh), 'newer')
    assert.equal(await readVariable(byFormer), 'newer too')
    assert.equal(await readVariable(untouched), `value of ${untouched}`)
    assert.isNull(await db.from('project_variables').where('id', removed).first())
    assert.isEmpty((await countKeys(fresh, columns)).unreadable)
  })

  test('names the values that no key reads, shows none, and does all others', async ({
    assert,
  }) => {
    const [damaged, foreign, good] = await addVariables(3)
    const purpose = purposeOf('project_variables.value')
    const elsewhere = (await keyringOf(key())).sealWithOldest({ text: 'x' }, purpose)
    const cut = (await storedVariable(damaged)).slice(0, -3)
    await db.from('project_variables').where('id', damaged).update({ value: cut })
    await db.from('project_variables').where('id', foreign).update({ value: elsewhere })

    const { code, output } = await runAce(['secrets:rotate'], environment())
    assert.equal(code, 1)
    assert.include(output, 'Readable with none of these keys: 2')
    for (const id of [damaged, foreign]) {
      assert.include(output, `project_variables.value of ${id}`)
      assert.notInclude(output, await storedVariable(id))
    }
    assert.equal(await storedVariable(damaged), cut)
    assert.equal(await readVariable(good), `value of ${good}`)
    const { byKey, unreadable } = await countKeys(await keyringOf(FRESH, FORMER), columns)
    assert.equal(byKey[1], 0)
    assert.lengthOf(unreadable, 2)
  })

  test('reads with several former keys, weak ones too', async ({ assert }) => {
    const weak = 'k'.repeat(32)
    const [id] = await addVariables(1)
    const value = (await keyringOf(weak)).sealWithOldest(
      { text: 'of a weak key' },
      purposeOf('project_variables.value')
    )
    await db.from('project_variables').where('id', id).update({ value })
    const former = environment({ SECRETS_KEY_PREVIOUS: `${FORMER},${weak}` })
    const asked = await runAce(['secrets:rotate', '--check'], former)
    assert.include(asked.output, 'Encrypted with key 2 of SECRETS_KEY_PREVIOUS: 1')
    const { code, output } = await runAce(['secrets:rotate'], former)
    assert.equal(code, 0, output)
    assert.equal(await readVariable(id), 'of a weak key')
  })

  test('waits for a database that is up to date', async ({ assert, cleanup }) => {
    const directory = mkdtempSync(join(tmpdir(), 'muster-empty-'))
    cleanup(() => rmSync(directory, { recursive: true, force: true }))
    const nothing = { DB_CONNECTION: 'sqlite', DATA_DIR: directory, ENV_PATH: directory }
    const { code, output } = await runAce(['secrets:rotate'], environment(nothing))
    assert.equal(code, 1)
    assert.include(output, 'The database is not up to date. Start the panel once')
  })
})
