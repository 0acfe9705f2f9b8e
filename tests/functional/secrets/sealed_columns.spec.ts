import { readdirSync, readFileSync } from 'node:fs'
import app from '@adonisjs/core/services/app'
import { test } from '@japa/runner'
import { findSealedColumns, nameOf } from '#app/secrets/sealed_columns'

/** The sources of the panel, by path. */
function sources(): { file: string; text: string }[] {
  return readdirSync(app.makePath('app'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, text: readFileSync(app.makePath('app', file), 'utf8') }))
}

test.group('Columns with secrets', () => {
  test('are found wherever one is declared', async ({ assert }) => {
    const declared = sources().flatMap(({ text }) => text.match(/^\s*@(secret|sealed)\(/gm) ?? [])
    const found = await findSealedColumns(app)
    assert.lengthOf(found, declared.length)
    assert.includeMembers(found.map(nameOf), [
      'key_checks.value',
      'key_rotations.private_key',
      'project_variables.value',
      'projects.deploy_key',
      'runs.compiled',
      'servers.private_key',
      'ssh_keys.private_key',
      'webhooks.secret',
    ])
  })

  test('have a purpose of their own each', async ({ assert }) => {
    const purposes = (await findSealedColumns(app)).map(({ purpose }) => purpose)
    assert.deepEqual(purposes, [...new Set(purposes)])
  })

  test('are the only way to SECRETS_KEY', ({ assert }) => {
    const users = sources().filter(({ text }) => /\buse\(\s*['"`]secrets/.test(text))
    assert.deepEqual(
      users.map(({ file }) => file),
      ['core/database/columns.ts']
    )
  })
})
