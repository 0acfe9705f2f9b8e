import { randomBytes } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import app from '@adonisjs/core/services/app'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import KeyCheck from '#app/secrets/models/key_check'
import { Owner } from '#tests/demo/owner'
import { runAce, testDatabase } from '#tests/support/ace'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { Panel } from '#tests/support/panel'
import { createBelongings, createTenant } from '#tests/support/tenants'

const key = () => randomBytes(32).toString('base64')
const SAME = key()

/** The variables as they must not be, and what the panel says of them. */
const REFUSED: { what: string; variables: Record<string, string>; says: string }[] = [
  { what: 'no APP_KEY', variables: { APP_KEY: '' }, says: 'APP_KEY is missing' },
  { what: 'no SECRETS_KEY', variables: { SECRETS_KEY: '' }, says: 'SECRETS_KEY is missing' },
  {
    what: 'a short APP_KEY',
    variables: { APP_KEY: key().slice(0, 31) },
    says: 'APP_KEY is shorter than 32 characters',
  },
  {
    what: 'a short SECRETS_KEY',
    variables: { SECRETS_KEY: key().slice(0, 31) },
    says: 'SECRETS_KEY is shorter than 32 characters',
  },
  {
    what: 'one character again and again',
    variables: { APP_KEY: 'k'.repeat(44) },
    says: 'APP_KEY has fewer than 12 different characters',
  },
  {
    what: 'a pattern',
    variables: { SECRETS_KEY: 'q7Zt2LmX9cRb4Wnd'.repeat(3) },
    says: 'SECRETS_KEY repeats a pattern',
  },
  {
    what: 'a sequence',
    variables: { SECRETS_KEY: '0123456789abcdefghijklmnopqrstuvwxyz' },
    says: 'SECRETS_KEY is made of words and sequences',
  },
  {
    what: 'the words of an example',
    variables: { APP_KEY: 'change-me-to-a-long-random-string-please' },
    says: 'APP_KEY is made of words and sequences',
  },
  {
    what: 'a published example',
    variables: { APP_KEY: 'base64:J63qRTDLub5NuZvP+kb8YIorGS6qFYHKVo6u7179stY=' },
    says: 'APP_KEY is an example',
  },
  {
    what: 'one key for both',
    variables: { APP_KEY: SAME, SECRETS_KEY: SAME },
    says: 'APP_KEY and SECRETS_KEY are the same',
  },
  {
    what: 'a weak former APP_KEY',
    variables: { APP_KEY_PREVIOUS: `${key()},${'k'.repeat(44)}` },
    says: 'APP_KEY_PREVIOUS names a key that has fewer than 12',
  },
  {
    what: 'a short former SECRETS_KEY',
    variables: { SECRETS_KEY_PREVIOUS: 'too short for a key' },
    says: 'SECRETS_KEY_PREVIOUS names a key that is shorter',
  },
  {
    what: 'a key that is current and former',
    variables: { SECRETS_KEY: SAME, SECRETS_KEY_PREVIOUS: SAME },
    says: 'SECRETS_KEY_PREVIOUS names a key that is in use',
  },
]

/** Whether a text shows none of the values. */
function showsNone(output: string, variables: Record<string, string>) {
  const values = Object.values(variables).flatMap((value) => value.split(','))
  return values.every((value) => value === '' || !output.includes(value))
}

test.group('Keys at boot', (group) => {
  group.each.timeout(120_000)

  test('S8: a panel with {what} refuses to start')
    .with(REFUSED)
    .run(async ({ assert }, { variables, says }) => {
      await using panel = await Panel.prepare({ environment: variables })
      const { code, output } = await panel.refusal()
      assert.equal(code, 1)
      assert.include(output, says)
      assert.isTrue(showsNone(output, variables))
      assert.notInclude(output, 'node_modules')
    })

  test('S8: npm start with {what} refuses before it builds')
    .with(REFUSED)
    .run(({ assert, cleanup }, { variables, says }) => {
      const directory = mkdtempSync(join(tmpdir(), 'muster-env-'))
      cleanup(() => rmSync(directory, { recursive: true, force: true }))
      const values = { APP_KEY: key(), SECRETS_KEY: key(), ...variables }
      const lines = Object.entries(values).map(([name, value]) => `${name}=${value}`)
      writeFileSync(join(directory, '.env'), lines.join('\n'))
      const script = `
        const { loadEnvironment } = await import('${app.makeURL('bin/environment.js').href}')
        try { loadEnvironment('/', { log() {} }); console.log('accepted') }
        catch (error) { console.log(error.message) }`
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
        env: { ENV_PATH: directory },
        encoding: 'utf8',
      })
      assert.include(stdout, says)
      assert.isTrue(showsNone(stdout, variables))
    })

  test('S8: a command that needs the application refuses a weak key', async ({ assert }) => {
    const environment = { ...testDatabase(), APP_KEY: key(), SECRETS_KEY: 'k'.repeat(44) }
    const { code, output } = await runAce(['list:routes'], environment)
    assert.equal(code, 1)
    assert.include(output, 'SECRETS_KEY has fewer than 12 different characters')
    assert.notInclude(output, 'k'.repeat(44))
  })

  test('a new APP_KEY logs nobody out while the former one is named', async ({ assert }) => {
    await using panel = await Panel.prepare()
    const [first, second] = [key(), key()]
    await panel.boot({ APP_KEY: first })
    const { visitor } = await claimed(panel)
    const status = async () => {
      const headers = { cookie: visitor.cookie }
      return (await fetch(`${panel.url}/dashboard`, { headers, redirect: 'manual' })).status
    }
    assert.equal(await status(), 200)

    await panel.kill()
    await panel.boot({ APP_KEY: second, APP_KEY_PREVIOUS: first })
    assert.equal(await status(), 200)

    await panel.kill()
    await panel.boot({ APP_KEY_PREVIOUS: '' })
    assert.equal(await status(), 302)
  })
})

async function claimed(panel: Panel): Promise<Owner> {
  const owner = new Owner(panel.url)
  await owner.claim(panel.claimLink, {
    fullName: 'Owner',
    email: 'owner@example.com',
    password: 'a long enough password',
  })
  return owner
}

test.group('Keys and the database at boot', (group) => {
  const known = process.env.SECRETS_KEY!

  /** A panel on the database of the tests. */
  const prepare = (variables: Record<string, string>) =>
    Panel.prepare({ environment: { ...testDatabase(), MUSTER_ROLES: 'web', ...variables } })

  async function empty() {
    await emptyDatabase()
    await db.from('key_checks').delete()
  }

  group.each.timeout(120_000)
  group.each.setup(() => empty())
  group.teardown(() => empty())

  test('S8: a panel refuses to start with another SECRETS_KEY than the database was written with', async ({
    assert,
  }) => {
    await using panel = await prepare({ SECRETS_KEY: known })
    await panel.boot()
    await panel.kill()
    const other = key()
    const { code, output } = await panel.refusal({ SECRETS_KEY: other })
    assert.equal(code, 1)
    assert.include(output, 'SECRETS_KEY is not the key that the secrets in the database')
    for (const value of [known, other]) assert.notInclude(output, value)
    await panel.boot({ SECRETS_KEY: other, SECRETS_KEY_PREVIOUS: known })
  })

  test('S8: a database without a check is looked into before one is made', async ({ assert }) => {
    await createBelongings(await createTenant())
    await using panel = await prepare({ SECRETS_KEY: key() })
    const { code, output } = await panel.refusal()
    assert.equal(code, 1)
    assert.include(output, 'SECRETS_KEY is not the key')
    assert.lengthOf(await KeyCheck.all(), 0)
    await panel.boot({ SECRETS_KEY: known })
    assert.lengthOf(await KeyCheck.all(), 1)
  })

  test('S8: a process without a port refuses too', async ({ assert }) => {
    await createBelongings(await createTenant())
    await using panel = await prepare({ SECRETS_KEY: key(), MUSTER_ROLES: 'worker' })
    const { code, output } = await panel.refusal()
    assert.equal(code, 1)
    assert.include(output, 'SECRETS_KEY is not the key')
  })

  test('the check is made once, however many processes start', async ({ assert }) => {
    await using one = await prepare({ SECRETS_KEY: known })
    await using two = await prepare({ SECRETS_KEY: known })
    await using three = await prepare({ SECRETS_KEY: known, MUSTER_ROLES: 'worker' })
    await Promise.all([one.boot(), two.boot(), three.boot()])
    const rows = await db.from('key_checks')
    assert.lengthOf(rows, 1)
  })

  if (process.env.DB_CONNECTION === 'mysql') {
    test('a process that starts while another migrates waits for it', async ({ assert }) => {
      await using panel = await prepare({ SECRETS_KEY: known })
      const migrating = await db.transaction()
      const name = `muster-migrations-${process.env.DB_DATABASE}`
      await migrating.rawQuery('select get_lock(?, 0)', [name])
      const booting = panel.boot()
      const first = await Promise.race([booting.then(() => 'up'), sleep(6_000, 'waiting')])
      await migrating.rawQuery('select release_lock(?)', [name])
      await migrating.rollback()
      await booting
      assert.equal(first, 'waiting')
    })
  }
})
