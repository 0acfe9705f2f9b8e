import { test } from '@japa/runner'
import { encode } from 'uqr'
import { qrCodeOf } from '#app/account/qr_code'

const TEXT = 'otpauth://totp/Muster:ada%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Muster'

/** The dark modules that the runs of a path cover, as "x y". */
function darkModules(path: string): string[] {
  return [...path.matchAll(/M(\d+) (\d+)h(\d+)v1H(\d+)z/g)].flatMap(([, x, y, width]) =>
    Array.from({ length: Number(width) }, (_, at) => `${Number(x) + at} ${y}`)
  )
}

test.group('QR code', () => {
  test('draws every dark module once, and nothing else', ({ assert }) => {
    const { data } = encode(TEXT, { ecc: 'M', border: 4 })
    const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`${x} ${y}`] : [])))
    const { path } = qrCodeOf(TEXT)
    assert.deepEqual(darkModules(path), dark)
    assert.equal(path.replaceAll(/M\d+ \d+h\d+v1H\d+z/g, ''), '')
  })

  test('leaves four light modules on every side', ({ assert }) => {
    const { path, size } = qrCodeOf(TEXT)
    for (const each of darkModules(path)) {
      for (const at of each.split(' ').map(Number)) {
        assert.isAtLeast(at, 4)
        assert.isBelow(at, size - 4)
      }
    }
  })
})
