import { test } from '@japa/runner'
import { sh } from '#engine/shell/command'
import { type RemoteError } from '#engine/ssh/errors'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { RemotePool } from '#engine/ssh/remote_pool'
import { createFleet } from '#tests/fleet/fleet'
import { errorOf, stdoutOf, targetOf } from '#tests/engine/ssh/target_of'

/** The first Debian whose sshd has PerSourcePenalties (OpenSSH 9.8). */
const RELEASE = 'trixie'

test.group('a server that penalises failed logins', () => {
  test('T10: one wrong key is tried once and harms no other login; several are explained', async ({
    assert,
  }) => {
    await using fleet = await createFleet({ release: RELEASE }).start(1)
    const host = fleet.host('web-1')
    const pool = new RemotePool()
    const credential = { kind: 'key' as const, privateKey: generateKeyPair('other').privateKey }
    const wrong = (id: string) => pool.remote(targetOf(host, { id, credential }))
    const right = pool.remote(targetOf(host, { id: 'right' }))
    try {
      for (let times = 0; times < 20; times++) {
        const { code } = await errorOf<RemoteError>(wrong('one').run(sh`true`))
        assert.equal(code, 'E_AUTH')
      }
      assert.equal(await stdoutOf(right.mustRun(sh`echo in`)), 'in\n')

      const codes = new Set<string>()
      let refused: RemoteError | undefined
      for (let times = 0; times < 12 && !refused; times++) {
        const error = await errorOf<RemoteError>(wrong(`another-${times}`).run(sh`true`))
        codes.add(error.code)
        if (error.code !== 'E_AUTH') refused = error
      }
      assert.deepEqual([...codes], ['E_AUTH', 'E_CONNECT'])
      assert.match(refused!.message, /PerSourcePenalties|closed the connection before/)
      assert.match(refused!.message + refused!.hint, /penal/i)
      assert.equal(await stdoutOf(right.mustRun(sh`echo still in`)), 'still in\n')
    } finally {
      await pool.close()
    }
  })
})
