import { test } from '@japa/runner'
import { withoutVerb } from '#app/palette/verbs'
import { LONGEST_TEXT, occur, rank, ranked, wordsOf } from '#app/palette/words'

test.group('Words of a search', () => {
  test('are what stands between spaces and control characters, each once', ({ assert }) => {
    assert.deepEqual(wordsOf('  Web  shop\tWEB \u2003 ü '), ['web', 'shop', 'ü'])
    assert.deepEqual(wordsOf('a\0b\nc\x1bd'), ['a', 'b', 'c', 'd'])
    assert.deepEqual(wordsOf(' \0 '), [])
    assert.lengthOf(wordsOf('x'.repeat(LONGEST_TEXT))!, 1)
    assert.isNull(wordsOf('x'.repeat(LONGEST_TEXT + 1)))
  })

  test('must all occur, in whichever text', ({ assert }) => {
    assert.isTrue(occur(['new', 'app'], 'New project', 'create add app'))
    assert.isFalse(occur(['new', 'server'], 'New project', 'create add app'))
    assert.isTrue(occur([], 'New project'))
  })
})

test.group('Rank of a name', () => {
  test('is best for the name itself, then its beginning, then that of a word', ({ assert }) => {
    const names = ['backshop', 'web-shop', 'Shopping list', 'My shop', 'Shop', 'shop/x', 'workshop']
    assert.deepEqual(
      ranked(names, (name) => rank(name, ['shop']), 6),
      ['Shop', 'Shopping list', 'shop/x', 'web-shop', 'My shop', 'backshop']
    )
  })

  test('takes the whole text for the name and its first word for the beginning', ({ assert }) => {
    assert.equal(rank('Web Shop', ['web', 'shop']), 0)
    assert.equal(rank('Web Shop two', ['web', 'shop']), 1)
    assert.equal(rank('The web shop', ['web', 'shop']), 2)
    assert.equal(rank('cobweb', ['web']), 3)
    assert.equal(rank('Anything', []), 1)
  })
})

test.group('Words of a verb', () => {
  const deploy = { words: ['deploy', 'publish'] }

  test('leave the words of the thing', ({ assert }) => {
    assert.deepEqual(withoutVerb(['deploy', 'shop'], deploy), ['shop'])
    assert.deepEqual(withoutVerb(['shop', 'pub'], deploy), ['shop'])
    assert.deepEqual(withoutVerb(['deploy'], deploy), [])
  })

  test('take along those that say nothing beside it', ({ assert }) => {
    const open = { words: ['variables'], fillers: ['open', 'of'] }
    assert.deepEqual(withoutVerb(['open', 'variables', 'of', 'shop'], open), ['shop'])
    assert.deepEqual(withoutVerb(['open', 'of', 'shop'], open), ['open', 'of', 'shop'])
  })

  test('are meant from three letters on and no further than they go', ({ assert }) => {
    assert.deepEqual(withoutVerb(['de', 'deployer'], deploy), ['de', 'deployer'])
  })
})
