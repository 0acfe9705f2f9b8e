import { test } from '@japa/runner'
import { emphasise } from '../../../resources/js/lib/emphasis.js'
import { narrow, withRecent, wordsOf } from '../../../resources/js/lib/palette_entries.js'
import { readRecent } from '../../../resources/js/lib/recent_entries.js'

const marked = (text: string, ...words: string[]) =>
  emphasise(text, words)
    .map((piece) => (piece.isMatch ? `[${piece.text}]` : piece.text))
    .join('')

const page = (label: string, href = `/${label.toLowerCase()}`, more = {}) => ({
  ...{ label, href, icon: 'box' },
  ...more,
})

test.group('Emphasis', () => {
  test('marks every place of every word, whatever its case', ({ assert }) => {
    assert.equal(marked('Deploy web shop', 'shop', 'dep'), '[Dep]loy web [shop]')
    assert.equal(marked('banana', 'an', 'na'), 'b[anana]')
    assert.equal(marked('Größe', 'grö'), '[Grö]ße')
    assert.equal(marked('nothing', 'x'), 'nothing')
    assert.equal(marked('', 'x'), '')
  })

  test('leaves a text as it is whose lower case is longer', ({ assert }) => {
    assert.equal(marked('İstanbul', 'stan'), 'İstanbul')
  })

  test('keeps the text, whatever it is', ({ assert }) => {
    const text = '<img src=x> & </script>\u{1F680}'
    const pieces = emphasise(text, ['<img', 'script', '\u{1F680}'])
    assert.equal(pieces.map((piece) => piece.text).join(''), text)
  })
})

test.group('Entries of the palette', () => {
  const groups = [
    { label: 'Pages', entries: [page('Servers'), page('Runs')] },
    { label: 'Projects', entries: [page('Shop', '/projects/1', { detail: 'shop.example.com' })] },
  ]

  test('are narrowed to those that show every word', ({ assert }) => {
    const labels = (text: string) =>
      narrow(groups, wordsOf(text)).map(({ label, entries }) => `${label}: ${entries.length}`)
    assert.deepEqual(labels('s'), ['Pages: 2', 'Projects: 1'])
    assert.deepEqual(labels(' Example  SHOP '), ['Projects: 1'])
    assert.deepEqual(labels('shop runs'), [])
  })

  test('show what is recent first, and once', ({ assert }) => {
    const all = withRecent([page('Runs'), page('Gone')], groups)
    assert.deepEqual(
      all.map(({ label, entries }) => [label, ...entries.map((entry) => entry.label)]),
      [
        ['Recent', 'Runs', 'Gone'],
        ['Pages', 'Servers'],
        ['Projects', 'Shop'],
      ]
    )
    assert.deepEqual(withRecent([], groups), groups)
  })
})

test.group('Recent entries', () => {
  test('are labels with paths of this panel and nothing else', ({ assert }) => {
    const good = page('Shop', '/projects/01ARZ3NDEKTSV4RRFFQ69G5FAV?tab=x')
    const kept = [
      good,
      page('Elsewhere', 'https://example.com/'),
      page('Elsewhere', '//example.com/'),
      page('Elsewhere', '/\\example.com/'),
      page('Script', 'javascript:alert(1)'),
      page('Markup', '/"><script>'),
      page('x'.repeat(201), '/long'),
      { label: 1, icon: 'box', href: '/number' },
      { label: 'No icon', href: '/x' },
      ...[null, 'text', 7, []],
    ]
    assert.deepEqual(readRecent(JSON.stringify(kept)), [good])
    assert.deepEqual(readRecent(JSON.stringify({ length: 3 })), [])
    assert.deepEqual(readRecent(null), [])
  })

  test('are eight at most, and only what is needed of them', ({ assert }) => {
    const kept = Array.from({ length: 12 }, (_, n) => page(`Page ${n}`, `/${n}`, { action: '/x' }))
    const read = readRecent(JSON.stringify(kept))
    assert.lengthOf(read, 8)
    assert.deepEqual(Object.keys(read[0]), ['label', 'icon', 'href'])
  })
})
