import { test } from '@japa/runner'
import { execute } from '#tests/fleet/execute'

const QUESTION = `
  import { fleetSupport } from '#tests/fleet/support'
  process.stdout.write(JSON.stringify(fleetSupport()))
`

/** What a process of this machine that `setpriv` has restricted answers. */
function supportFor(...restrictions: string[]): unknown {
  const node = [process.execPath, '--import=@poppinss/ts-exec', '--input-type=module']
  return JSON.parse(execute(['setpriv', ...restrictions, ...node, '--eval', QUESTION]))
}

test.group('Fleet support', () => {
  test('is there for root with every capability', ({ assert }) => {
    assert.deepEqual(supportFor('--no-new-privs'), { ok: true })
  })

  test('names the capability that root lacks', ({ assert }) => {
    const answer = supportFor('--bounding-set=-net_admin,-mknod')
    const reasons = ['CAP_NET_ADMIN', 'CAP_MKNOD'].map(
      (name) => `root lacks ${name}, as in a plain container`
    )
    assert.deepEqual(answer, { ok: false, reasons })
  })
})
