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

/** How often statements are planned: for each time, better-sqlite3 writes a function that makes rows. */
function plansOf(act: () => void): number {
  const original = globalThis.Function
  let plans = 0
  const counting = (...texts: string[]) => {
    plans += 1
    return original(...texts)
  }
  globalThis.Function = counting as FunctionConstructor
  try {
    act()
  } finally {
    globalThis.Function = original
  }
  return plans
}

test.group('Statements of a connection', () => {
  test('are prepared once and give each time what is there', ({ assert }) => {
    const { database, prepared } = connect()
    const insert = 'insert into things (name) values (?)'
    for (const name of ['one', 'two']) database.prepare(insert).run(name)
    const select = 'select name from things where id >= ? order by id'
    assert.deepEqual(database.prepare(select).all(2), [{ name: 'two' }])
    assert.deepEqual(database.prepare(select).all(1), [{ name: 'one' }, { name: 'two' }])
    assert.lengthOf(prepared, 2)
  })

  test('are planned once, whatever values they are given', ({ assert }) => {
    const { database } = connect()
    database.exec('create table parts (id text primary key, thing integer, size integer)')
    database.exec('create index parts_of_thing on parts (thing, size)')
    const insert = 'insert into parts values (?, ?, ?)'
    for (let id = 1; id <= 50; id++) database.prepare(insert).run(`part-${id}`, id % 5, null)
    const select = 'select id from parts where thing = ? and id <> ? order by size, id limit ?'
    const read = (...values: unknown[]) => database.prepare(select).all(values)
    assert.lengthOf(read(1, 'part-1', 3), 3)
    const plans = plansOf(() => {
      for (let limit = 1; limit <= 9; limit++) assert.lengthOf(read(2, 'part-2', limit), limit)
    })
    assert.equal(plans, 0)
  })

  test('keep values of every type, and question marks that are text', ({ assert }) => {
    const { database } = connect()
    const plain = new Database(':memory:')
    plain.exec('create table things (id integer primary key, name text)')
    const both = (sql: string, ...values: unknown[]) => {
      const [here, there] = [database, plain].map((each) => each.prepare(sql).all(values))
      assert.deepEqual(here, there)
      return here
    }
    const insert = 'insert into things (name) values (?) returning *'
    const select = `select typeof(?) as type, ? is ? as same, ? as value`
    for (const value of ['7', 7, 7.5, null, Buffer.from([0, 255]), "it's ?", '', -0.5, 2n ** 40n]) {
      both(insert, value)
      both(select, value, value, value, value)
      both('select id from things where name = ? or id = ? order by id', value, value)
    }
    const text = `select 'it''s ?' as "what?", ? as \`why?\``
    assert.deepEqual(both(text, 'because'), [{ 'what?': "it's ?", 'why?': 'because' }])
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
