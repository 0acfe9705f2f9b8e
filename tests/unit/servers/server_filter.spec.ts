import { test } from '@japa/runner'
import {
  entriesOf,
  queryTextOf,
  serverFilterFrom,
  serverFilterOfText,
} from '#app/servers/server_filter'
import { NOT_STRINGS, PAYLOADS } from '#tests/support/payload_corpus'

const NOTHING = {
  search: '',
  statuses: [],
  group: null,
  tags: [],
  match: 'any',
  sort: 'name',
}

test.group('A filter of servers', () => {
  test('is read from the query of an address', ({ assert }) => {
    const filter = serverFilterFrom({
      search: '  web prod ',
      status: ['unreachable', 'auth_failed', 'nonsense'],
      group: 'none',
      tags: ['one', 'two', 'one'],
      match: 'all',
      sort: 'memory',
      page: '3',
    })
    assert.deepEqual(filter, {
      search: 'web prod',
      statuses: ['unreachable', 'auth_failed'],
      group: 'none',
      tags: ['one', 'two'],
      match: 'all',
      sort: 'memory',
    } as never)
    assert.deepEqual(serverFilterFrom({ status: 'reachable', tags: 'one' }), {
      ...NOTHING,
      statuses: ['reachable'],
      tags: ['one'],
    } as never)
  })

  test('is all servers where the query says nothing, or nothing of sense', ({ assert }) => {
    assert.deepEqual(serverFilterFrom({}), NOTHING as never)
    for (const value of [...NOT_STRINGS, '__proto__', 'constructor', '']) {
      const query = { search: value, status: value, group: value, match: value, sort: value }
      const filter = serverFilterFrom(query)
      assert.deepEqual(filter.statuses, [])
      assert.equal(filter.match, 'any')
      assert.equal(filter.sort, 'name')
      assert.isString(filter.search)
    }
  })

  test('comes back from the query that is made of it', ({ assert }) => {
    for (const text of PAYLOADS) {
      const filter = serverFilterFrom({ search: text, tags: [text], group: text, sort: 'disk' })
      assert.deepEqual(serverFilterOfText(queryTextOf(filter)), filter)
    }
  })

  test('leaves out of the query what goes without saying', ({ assert }) => {
    assert.equal(queryTextOf(serverFilterFrom({})), '')
    assert.deepEqual(entriesOf(serverFilterFrom({ tags: ['a'], match: 'all', sort: 'name' })), [
      ['tags[]', 'a'],
    ])
  })

  test('has bounds', ({ assert }) => {
    const many = Array.from({ length: 500 }, (_, index) => `tag-${index}`)
    const filter = serverFilterFrom({ tags: many, search: 'x'.repeat(5000), group: 'g'.repeat(99) })
    assert.isAtMost(filter.tags.length, 20)
    assert.lengthOf(filter.search, 200)
    assert.lengthOf(filter.group!, 60)
  })
})
