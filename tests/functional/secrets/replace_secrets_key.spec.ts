import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { test } from '@japa/runner'
import { runAce } from '#tests/support/ace'
import { weaknessOf } from '../../../bin/keys.js'

const key = () => randomBytes(32).toString('base64')

test.group('A new SECRETS_KEY', (group) => {
  let directory: string
  const path = () => join(directory, '.env')
  const write = (text: string) => writeFileSync(path(), text, { mode: 0o600 })
  const read = () => readFileSync(path(), 'utf8')
  const replaceKey = (variables: Record<string, string> = {}) =>
    runAce(['secrets:rotate', '--new-key'], { ENV_PATH: directory, ...variables })

  group.each.timeout(120_000)
  group.each.setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'muster-env-'))
    return () => rmSync(directory, { recursive: true, force: true })
  })

  test('is written into .env, with the former one for reading', async ({ assert }) => {
    const [appKey, former] = [key(), key()]
    write(`APP_KEY=${appKey}\nSECRETS_KEY=${former}\nPORT=4000\n`)
    const { code, output } = await replaceKey()
    assert.equal(code, 0, output)
    const { SECRETS_KEY, ...others } = parseEnv(read())
    assert.deepEqual(others, { APP_KEY: appKey, SECRETS_KEY_PREVIOUS: former, PORT: '4000' })
    assert.isNull(weaknessOf(SECRETS_KEY))
    assert.notEqual(SECRETS_KEY, former)
    assert.equal(statSync(path()).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(directory), ['.env'])
    assert.include(output, 'Restart all processes of the panel')
    assert.include(output, 'node ace secrets:rotate')
    for (const value of [appKey, former, SECRETS_KEY!]) assert.notInclude(output, value)
  })

  test('takes the place of a weak one, with which nothing would start', async ({ assert }) => {
    write(`APP_KEY=${key()}\nSECRETS_KEY=${'k'.repeat(32)}\n`)
    const { code, output } = await replaceKey()
    assert.equal(code, 0, output)
    assert.equal(parseEnv(read()).SECRETS_KEY_PREVIOUS, 'k'.repeat(32))
  })

  test('is refused while a rotation is under way', async ({ assert }) => {
    const text = `APP_KEY=${key()}\nSECRETS_KEY=${key()}\n`
    for (const [file, variables] of [
      [`${text}SECRETS_KEY_PREVIOUS=${key()}\n`, {}],
      [text, { SECRETS_KEY_PREVIOUS: key() }],
    ] as const) {
      write(file)
      const { code, output } = await replaceKey(variables)
      assert.equal(code, 1)
      assert.include(output, 'a rotation is under way')
      assert.equal(read(), file)
    }
  })

  test('is refused where .env is not what decides, with what to do instead', async ({ assert }) => {
    const asked = await replaceKey({ APP_KEY: key(), SECRETS_KEY: key() })
    assert.equal(asked.code, 1)
    assert.include(asked.output, `There is no .env in ${directory}`)
    assert.include(asked.output, 'Set SECRETS_KEY_PREVIOUS to what SECRETS_KEY is now')
    assert.deepEqual(readdirSync(directory), [])

    const text = `APP_KEY=${key()}\nSECRETS_KEY=${key()}\n`
    write(text)
    const { code, output } = await replaceKey({ SECRETS_KEY: key() })
    assert.equal(code, 1)
    assert.include(output, 'which wins over .env')
    assert.equal(read(), text)
  })
})
