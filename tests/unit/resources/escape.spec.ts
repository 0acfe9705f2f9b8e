import { edgeGlobals } from 'edge.js'
import { test } from '@japa/runner'
import { escape } from '#providers/view/escape'
import { PAYLOADS } from '#tests/support/payload_corpus'

test.group('Escaped text', () => {
  test('is what Edge makes of it', ({ assert }) => {
    for (const text of [...PAYLOADS, '', 'plain', '"', "'", '&', '<', '>', '`', 'a&b<c>d"e']) {
      assert.equal(escape(text), edgeGlobals.html.escape(text))
    }
  })
})
