import { test } from '@japa/runner'
import { deviceOf } from '#app/account/device'
import { NUL_PAYLOADS, PAYLOADS } from '#tests/support/payload_corpus'

const KNOWN: [name: string, userAgent: string][] = [
  ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
  [
    'Chrome on Android',
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  ],
  [
    'Edge on Windows',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
  ],
  [
    'Safari on macOS',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
  ],
  [
    'Safari on iPhone',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  ],
  [
    'Chrome on iPad',
    'Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1',
  ],
  [
    'Opera on Windows',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 OPR/122.0.0.0',
  ],
  [
    'Samsung Internet on Android',
    'Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36',
  ],
  [
    'Chrome on ChromeOS',
    'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  ],
  ['Firefox on Android', 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0'],
  ['curl', 'curl/8.5.0'],
  ['python-requests', 'python-requests/2.32.3'],
]

test.group('The device of a sign-in', () => {
  test('is said as {0}')
    .with(KNOWN)
    .run(({ assert }, [name, userAgent]) => {
      assert.equal(deviceOf(userAgent).name, name)
    })

  test('is a phone, a computer or a program', ({ assert }) => {
    const kinds = KNOWN.map(([, userAgent]) => deviceOf(userAgent).kind)
    assert.deepEqual(
      kinds,
      'computer phone computer computer phone phone computer phone computer phone program program'.split(
        ' '
      )
    )
  })

  test('is unknown where nothing was sent', ({ assert }) => {
    for (const userAgent of [null, '', '   ', '\u0000\u202E']) {
      assert.deepEqual(deviceOf(userAgent), { name: 'Unknown browser', kind: 'unknown' })
    }
  })

  test('is one short line of what was sent, whatever that is', ({ assert }) => {
    for (const text of [...PAYLOADS, ...NUL_PAYLOADS, 'Firefox/1 Linux', '\uD800']) {
      const { name, kind } = deviceOf(text)
      assert.equal(kind, 'unknown', JSON.stringify(text.slice(0, 60)))
      assert.isAbove(name.length, 0)
      assert.isAtMost([...name].length, 49)
      assert.notMatch(name, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
    }
    assert.equal(deviceOf('MyMonitor/2.1 (ops)').name, 'MyMonitor/2.1 (ops)')
  })
})
