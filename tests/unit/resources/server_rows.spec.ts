import { test } from '@japa/runner'
import type { ServerLine } from '#app/servers/queries/server_list'
import { serverRows } from '#providers/view/server_rows'
import { PAYLOADS } from '#tests/support/payload_corpus'

const LINE: ServerLine = {
  id: '01J0000000000000000000000',
  name: 'web-1',
  host: '203.0.113.10',
  status: 'unreachable',
  look: { label: 'Unreachable', tone: 'danger' },
  since: Date.UTC(2026, 0, 2, 3, 4, 5),
  seenAt: null,
  os: 'Debian 12',
  group: { name: 'Production', colour: 'clay' } as ServerLine['group'],
  tags: [{ name: 'web', colour: 'moss' }] as ServerLine['tags'],
  loadPermille: 500,
  memoryPermille: null,
  meters: [
    { permille: 500, text: '2.00' },
    { permille: 0, text: '' },
    { permille: 910, text: '91 %' },
  ],
  notes: 'restart required, 3 updates',
}

const html = (line: Partial<ServerLine>, options = {}) =>
  String((serverRows([{ ...LINE, ...line }], options) as { value: string }).value)

test.group('The rows of the server list', () => {
  test('say what there is to know, and nothing where nothing is known', ({ assert }) => {
    const row = html({}, { zone: 'Europe/Berlin', selects: true })
    for (const text of ['web-1', '203.0.113.10', 'Production', 'Debian 12', '2.00', '91 %']) {
      assert.include(row, text)
    }
    assert.include(row, 'title="2 Jan 2026, 04:04:05 UTC+1"')
    assert.include(row, 'aria-label="Select web-1"')
    assert.include(row, 'never')
    assert.equal(row.split('<meter').length - 1, 2)
    assert.notInclude(html({ status: 'reachable' }), '2 Jan')
    assert.notInclude(html({}), 'type="checkbox"')
    assert.notInclude(html({ group: null, tags: [], notes: '' }), 'class="tag')
  })

  test('hold what people and servers say as text alone', ({ assert }) => {
    const hostile = '"><script>alert(1)</script>\'&'
    for (const text of [...PAYLOADS.filter(({ length }) => length > 0 && length < 1000), hostile]) {
      const label = { name: text, colour: 'moss' as const }
      const row = html(
        {
          ...{ name: text, host: text, os: text, notes: text },
          group: label as ServerLine['group'],
          tags: [label] as ServerLine['tags'],
        },
        { selects: true }
      )
      assert.notMatch(row, /<(?:script|img)/i)
      const tags = row.match(/<[a-z]+/g)!.length
      assert.equal(tags, html({}, { selects: true }).match(/<[a-z]+/g)!.length, text)
    }
  })
})
