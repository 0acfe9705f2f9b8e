import { test } from '@japa/runner'
import { initialsOf, tintOf } from '../../../resources/js/lib/people.js'

test.group('people', () => {
  test('have the first letters of their first and last names', ({ assert }) => {
    assert.equal(initialsOf('Ada King Lovelace'), 'AL')
    assert.equal(initialsOf('ada'), 'A')
    assert.equal(initialsOf('  örn   ågren '), 'ÖÅ')
    assert.equal(initialsOf('\u{1F680} rocket'), '\u{1F680}R')
    assert.equal(initialsOf(''), '')
  })

  test('keep their tint, and have all of the tints among them', ({ assert }) => {
    const ids = Array.from({ length: 300 }, (_, number) => `01ARZ3NDEKTSV4RRFFQ69G${number}`)
    const tints = ids.map((id) => tintOf(id))
    assert.deepEqual(
      ids.map((id) => tintOf(id)),
      tints
    )
    assert.sameMembers([...new Set(tints)], [1, 2, 3, 4, 5, 6])
  })
})
