import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import app from '@adonisjs/core/services/app'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { Secret } from '#engine/shell/secret'
import { issueSetupToken } from '#app/auth/setup_token'
import { compiledRun } from '#app/runs/compiled_run'
import { registerRunHandler } from '#app/runs/run_handler'
import { findSealedColumns, nameOf } from '#app/secrets/sealed_columns'
import { panelSettings } from '#app/settings/models/panel_settings'
import { openWith } from '#tests/support/keyrings'
import { createBelongings, createRun, createTenant, PASSWORD } from '#tests/support/tenants'
import { formsOf } from '#tests/support/written_forms'

const KIND = 'test.stolen'

/** What a thief must not find, by what it is. */
type Canaries = Record<string, string>

/** Has one of everything that the panel keeps to itself written to the database, by the panel. */
async function storeCanaries(): Promise<Canaries> {
  const tenant = await createTenant()
  const { canaries, openRun, server } = await createBelongings(tenant)
  const { privateKey, deployKey, variable, webhook } = canaries
  const [totp, smtp, script] = ['TOTP', 'SMTP', 'SCRIPT'].map(
    (name) => `CANARY-${name}-${randomBytes(6).toString('hex')}`
  )
  await tenant.owner.merge({ totpSecret: new Secret(totp) }).save()
  const settings = await panelSettings()
  await settings.merge({ smtpPassword: new Secret(smtp) }).save()
  registerRunHandler({
    kind: KIND,
    compile: async () => ({
      body: new Secret(`echo ${script}`),
      secrets: [new Secret(script)],
      steps: [],
    }),
  })
  const { fence } = openRun
  const claimed = { kind: KIND, state: 'running', fence, leaseOwner: 'a claim' } as const
  await compiledRun(await createRun(tenant, server, claimed))
  const link = await issueSetupToken()
  return { privateKey, deployKey, variable, webhook, totp, smtp, script, link, password: PASSWORD }
}

/** Every row of every table. */
async function rows(): Promise<{ table: string; row: Record<string, unknown> }[]> {
  const tables = await db.connection().getAllTables()
  const all = tables.map(async (table) =>
    (await db.from(table).select('*')).map((row) => ({ table, row }))
  )
  return (await Promise.all(all)).flat()
}

/** All that a thief gets to read: the rows, and with SQLite the bytes of its files. */
async function loot(): Promise<string> {
  const values = (await rows()).flatMap(({ row }) => Object.values(row))
  const texts = values.map((value) =>
    Buffer.isBuffer(value) ? value.toString('latin1') : String(value)
  )
  const directory = process.env.DATA_DIR!
  const files = readdirSync(directory)
    .filter((name) => name.startsWith('muster.sqlite3'))
    .map((name) => readFileSync(join(directory, name), 'latin1'))
  return [...texts, ...files].join('\n')
}

test.group('A stolen database', (group) => {
  let canaries: Canaries

  group.setup(async () => {
    canaries = await storeCanaries()
  })
  group.teardown(async () => {
    await db.from('runs').where('kind', KIND).delete()
    await db.from('panel_settings').update({ smtp_password: null })
  })

  test('S10: shows no secret in any form', async ({ assert }) => {
    const stolen = await loot()
    assert.include(stolen, 'DATABASE_URL')
    for (const [name, canary] of Object.entries(canaries)) {
      for (const form of formsOf(canary)) assert.isFalse(stolen.includes(form), name)
    }
  })

  test('S10: opens with SECRETS_KEY and the purpose of the column alone', async ({ assert }) => {
    const found = new Set<string>()
    for (const sealed of await findSealedColumns(app)) {
      const { table, column, purpose } = sealed
      for (const row of await db.from(table).whereNotNull(column)) {
        const content = await openWith(process.env.SECRETS_KEY!, row[column], purpose)
        for (const [name, canary] of Object.entries(canaries)) {
          if (!JSON.stringify(content ?? '').includes(canary)) continue
          found.add(name)
          for (const key of [process.env.APP_KEY!, randomBytes(32).toString('base64')]) {
            assert.isNull(await openWith(key, row[column], purpose), nameOf(sealed))
          }
          assert.isNull(await openWith(process.env.SECRETS_KEY!, row[column]), nameOf(sealed))
        }
      }
    }
    const encrypted = ['privateKey', 'deployKey', 'variable', 'totp', 'smtp', 'script', 'webhook']
    assert.sameMembers([...found], encrypted)
  })
})
