import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { test } from '@japa/runner'
import { replaceFile, withNewSecretsKey } from '#app/secrets/env_file'

test.group('A new SECRETS_KEY in .env', () => {
  test('takes the place of the former one, which stays as it is written', ({ assert }) => {
    const text = '# Keys\nAPP_KEY=app\n\nSECRETS_KEY="the # former"  # encrypts\nPORT=3333\n'
    assert.equal(
      withNewSecretsKey(text, 'fresh'),
      '# Keys\nAPP_KEY=app\n\nSECRETS_KEY=fresh\nSECRETS_KEY_PREVIOUS="the # former"  # encrypts\nPORT=3333\n'
    )
  })

  test('is read back with the former one and all else: {$self}')
    .with([
      'SECRETS_KEY=former',
      'export SECRETS_KEY=former\nexport PORT=1\n',
      'SECRETS_KEY = former\r\nPORT=1\r\n',
      "SECRETS_KEY='former'\nSECRETS_KEY_PREVIOUS=\nPORT=1\n",
      'A="two\nlines"\nSECRETS_KEY=former=\n',
    ])
    .run(({ assert }, text) => {
      const before = parseEnv(text)
      assert.deepEqual(
        { ...parseEnv(withNewSecretsKey(text, 'fresh')) },
        { ...before, SECRETS_KEY: 'fresh', SECRETS_KEY_PREVIOUS: before.SECRETS_KEY }
      )
    })

  test('is refused where the file cannot be changed safely', ({ assert }) => {
    assert.throws(() => withNewSecretsKey('APP_KEY=app\n', 'fresh'), /sets no SECRETS_KEY/)
    assert.throws(() => withNewSecretsKey('SECRETS_KEY=a,b\n', 'fresh'), /comma/)
    const hidden = 'SECRETS_KEY=former\nNOTE="\nSECRETS_KEY=in a note\n"\n'
    assert.throws(() => withNewSecretsKey(hidden, 'fresh'), /By hand/)
  })
})

test.group('A file that is replaced', (group) => {
  let directory: string
  group.each.setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'muster-env-'))
    return () => rmSync(directory, { recursive: true, force: true })
  })

  test('keeps its mode and owner, and leaves nothing beside it', ({ assert }) => {
    const path = join(directory, '.env')
    for (const mode of [0o600, 0o640]) {
      writeFileSync(path, 'old')
      chmodSync(path, mode)
      const { uid, gid, ino } = statSync(path)
      replaceFile(path, 'new')
      const after = statSync(path)
      assert.equal(readFileSync(path, 'utf8'), 'new')
      assert.deepEqual([after.mode & 0o777, after.uid, after.gid], [mode, uid, gid])
      assert.notEqual(after.ino, ino)
      assert.deepEqual(readdirSync(directory), ['.env'])
    }
  })

  test('stays where a link to it leads', ({ assert }) => {
    writeFileSync(join(directory, 'real'), 'old', { mode: 0o600 })
    symlinkSync('real', join(directory, '.env'))
    replaceFile(join(directory, '.env'), 'new')
    assert.equal(readFileSync(join(directory, 'real'), 'utf8'), 'new')
    assert.deepEqual(readdirSync(directory).sort(), ['.env', 'real'])
  })
})
