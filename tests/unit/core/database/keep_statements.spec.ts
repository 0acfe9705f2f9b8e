import { test } from '@japa/runner'
import { createRequire } from 'node:module'
import { keepStatements } from '#app/core/database/keep_statements'

const Database = createRequire(import.meta.url)('better-sqlite3')

function connect() {
  const database = new Database(':memory:')
  const prepared: string[] = []
  const prepare = database.prepare.bind(database)
  database.prepare = (sql: string) => {
    prepared.push(sql)
    return prepare(sql)
  }
  keepStatements(database)
  database.exec('create table things (id integer primary key, name text)')
  return { database, prepared }
}

test.group('Statements of a connection', () => {
  test('are prepared once and give each time what is there', ({ assert }) => {
    const { database, prepared } = connect()
    const insert = 'insert into things (name) values (?)'
    for (const name of ['one', 'two']) database.prepare(insert).run(name)
    const select = 'select name from things where id >= ? order by id'
    assert.deepEqual(database.prepare(select).all(2), [{ name: 'two' }])
    assert.deepEqual(database.prepare(select).all(1), [{ name: 'one' }, { name: 'two' }])
    assert.deepEqual(prepared, [insert, select])
  })

  test('see a schema that has changed', ({ assert }) => {
    const { database } = connect()
    const select = 'select * from things'
    database.prepare('insert into things (name) values (?)').run('one')
    assert.deepEqual(database.prepare(select).all(), [{ id: 1, name: 'one' }])
    database.exec('alter table things add column size integer default 7')
    database.exec('alter table things rename column name to title')
    assert.deepEqual(database.prepare(select).all(), [{ id: 1, title: 'one', size: 7 }])
  })

  test('are kept as far as they are used, and not without end', ({ assert }) => {
    const { database, prepared } = connect()
    const often = 'select 1'
    for (let number = 0; number < 1000; number++) {
      database.prepare(often)
      database.prepare(`select ${number} as number`)
    }
    assert.lengthOf(
      prepared.filter((sql) => sql === often),
      1
    )
    database.prepare('select 0 as number')
    database.prepare('select 999 as number')
    assert.lengthOf(
      prepared.filter((sql) => sql === 'select 0 as number'),
      2
    )
    assert.lengthOf(
      prepared.filter((sql) => sql === 'select 999 as number'),
      1
    )
  })

  test('that fail can be said again', ({ assert }) => {
    const { database } = connect()
    const insert = 'insert into things (id) values (?)'
    database.prepare(insert).run(1)
    assert.throws(() => database.prepare(insert).run(1), /UNIQUE/)
    database.prepare(insert).run(2)
    assert.throws(() => database.prepare('select name from nowhere'), /no such table/)
    assert.deepEqual(database.prepare('select count(*) as count from things').all(), [{ count: 2 }])
  })
})
