import { readdir, readFile } from 'node:fs/promises'
import { test } from '@japa/runner'
import { detailLines } from '#app/activity/detail_lines'
import { queryOf, readFilter } from '#app/activity/filter'
import { phraseOf } from '#app/activity/phrase'
import { groups, sentences } from '#app/activity/sentences'

const app = new URL('../../../app/', import.meta.url)

async function sources() {
  const names = await readdir(app, { recursive: true })
  return Promise.all(
    names
      .filter((name) => name.endsWith('.ts'))
      .map(async (name) => ({ name, text: await readFile(new URL(name, app), 'utf8') }))
  )
}

const ACTION = /'((?:[a-z]+_)*[a-z]+\.(?:[a-z]+_)*[a-z]+)'/.source

test.group('Words for activity', () => {
  test('are there for every action that is recorded', async ({ assert }) => {
    const found = new Set<string>()
    for (const { text } of await sources()) {
      if (!/#app\/activity\/|\baction:/.test(text)) continue
      const pattern = new RegExp(`\\baction: (?:[^,'\\n]*\\? )?${ACTION}(?: : ${ACTION})?`, 'g')
      for (const [, one, other] of text.matchAll(pattern)) {
        found.add(one)
        if (other) found.add(other)
      }
    }
    assert.isAbove(found.size, 40)
    for (const action of found) assert.include(Object.keys(sentences), action)
  })

  test('are there for every way a deployment ends and a server fails', ({ assert }) => {
    const endings = ['live', 'rolled_back', 'failed', 'cancelled', 'lost']
    const actions = [
      ...endings.map((state) => `deployment.${state}`),
      ...['unreachable', 'login_refused', 'host_key_changed', 'root_lost', 'back'].map(
        (state) => `server.${state}`
      ),
    ]
    for (const action of actions) assert.isTrue(Object.hasOwn(sentences, action), action)
  })

  test('put every action into exactly one group', ({ assert }) => {
    for (const action of Object.keys(sentences)) {
      const noun = action.split('.')[0]
      const fitting = Object.values(groups).filter(({ nouns }) => nouns.includes(noun))
      assert.lengthOf(fitting, 1, action)
    }
  })

  test('keep spaces around what is put in', ({ assert }) => {
    for (const [action, template] of Object.entries(sentences)) {
      for (const word of template.split(' ')) {
        if (word.includes('{')) assert.match(word, /^\{\w+(\|(code|duration))?\}$/, action)
      }
    }
  })

  test('make a sentence of an act', ({ assert }) => {
    const phrase = phraseOf(
      {
        action: 'rollback.started',
        subjectName: 'shop',
        details: { commit: 'a1b2c3d', server: 'web-1' },
      },
      '/projects/1'
    )
    assert.deepEqual(phrase, {
      continues: true,
      parts: [
        { kind: 'text', text: 'rolled' },
        { kind: 'subject', text: 'shop', href: '/projects/1' },
        { kind: 'text', text: 'back to' },
        { kind: 'code', text: 'a1b2c3d' },
        { kind: 'text', text: 'on web-1' },
      ],
    })
    const back = { action: 'server.back', subjectName: 'web-1', details: { afterSeconds: 74 } }
    assert.deepEqual(phraseOf(back, null), {
      continues: false,
      parts: [
        { kind: 'subject', text: 'web-1', href: null },
        { kind: 'text', text: 'is back after' },
        { kind: 'duration', milliseconds: 74_000 },
      ],
    })
  })

  test('are found for an action nobody gave any', ({ assert }) => {
    const told = { action: 'coffee_pot.filled_up', subjectName: 'the pot', details: {} }
    assert.deepEqual(phraseOf(told, null).parts, [
      { kind: 'text', text: 'filled up coffee pot' },
      { kind: 'subject', text: 'the pot', href: null },
    ])
    for (const action of ['__proto__', 'constructor', '', 'x']) {
      assert.isAbove(phraseOf({ ...told, action }, null).parts.length, 0)
    }
  })

  test('say details that are missing or of another kind', ({ assert }) => {
    const details = { server: { toString: 'x' } }
    const { parts } = phraseOf({ action: 'deployment.live', subjectName: null, details }, null)
    assert.deepEqual(parts.at(-1), { kind: 'text', text: 'went live on unknown' })
  })

  test('name details and changes', ({ assert }) => {
    assert.deepEqual(
      detailLines({
        keyType: 'ssh-ed25519',
        replaced: true,
        servers: ['web-1', 'web-2'],
        changes: { domain: { from: null, to: 'example.com' }, smtpPassword: 'set' },
      }),
      [
        { label: 'Key type', value: 'ssh-ed25519' },
        { label: 'Replaced', value: 'yes' },
        { label: 'Servers', value: 'web-1, web-2' },
        { label: 'Served under', from: '', to: 'example.com' },
        { label: 'SMTP password', value: 'set' },
      ]
    )
    assert.deepEqual(detailLines({ from: 'viewer', to: 'admin' }), [
      { label: 'Change', from: 'viewer', to: 'admin' },
    ])
  })
})

test.group('The filter of activity', () => {
  test('goes to an address and back', ({ assert }) => {
    const query = {
      actor: 'user:01J0000000000000000000ADA4',
      group: 'servers',
      type: 'server',
      subject: 'server:01J0000000000000000000WEB1,run:x',
      from: '2026-01-01',
      to: '2026-12-31',
      text: 'two words',
    }
    assert.deepEqual(queryOf(readFilter(query)), query)
    assert.deepEqual(queryOf(readFilter({})), {})
  })

  test('leaves out what it does not understand', ({ assert }) => {
    const nonsense = {
      actor: 'root:1',
      group: 'constructor',
      type: 'Server!',
      subject: 'server',
      from: '2026-02-30',
      to: ['2026-01-01'],
      text: '   ',
    }
    assert.deepEqual(queryOf(readFilter(nonsense)), {})
  })
})

test.group('The table of activity', () => {
  test('is known to no other feature', async ({ assert }) => {
    for (const { name, text } of await sources()) {
      if (name.startsWith('activity/')) continue
      assert.notMatch(text, /['"`]activit(ies|y_heads)['"`]|#app\/activity\/models\//, name)
    }
  })

  test('is never updated, and rows are inserted in one place and deleted in one', async ({
    assert,
  }) => {
    const [inserts, deletes]: string[][] = [[], []]
    for (const { name, text } of await sources()) {
      if (!name.startsWith('activity/')) continue
      assert.notMatch(text, /from\('activities'\)[^;]*\.update\(/, name)
      assert.notMatch(text, /Activity\.(acrossTeams|within)\([^;]*\.(update|delete)\(/, name)
      if (text.includes("table('activities')")) inserts.push(name)
      if (/from\('activities'\)[^;]*\.delete\(/.test(text)) deletes.push(name)
    }
    assert.deepEqual(inserts, ['activity/record_activity.ts'])
    assert.deepEqual(deletes, ['activity/actions/prune_activity.ts'])
  })
})
