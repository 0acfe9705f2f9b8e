import { test } from '@japa/runner'
import type { Call } from '#app/webhooks/call'
import { decide } from '#app/webhooks/decide'
import { suggestProvider } from '#app/webhooks/providers'
import { lineOf, partOf } from '#app/webhooks/push_event'
import { readEvent } from '#app/webhooks/read_event'

const FOLLOWED = { refKind: 'branch', branch: 'main' } as const
const SHA = 'a'.repeat(40)
const ZEROS = '0'.repeat(40)

const told = (headers: Record<string, string>, payload: unknown): Call => ({
  headers,
  body: Buffer.from(JSON.stringify(payload)),
  type: 'json',
  address: '192.0.2.1',
  requestId: undefined,
})

test.group('What providers tell', () => {
  test('Bitbucket tells of several branches in one push', ({ assert }) => {
    const change = (name: string, type: string, hash: string | null) => ({
      new: hash && { type, name, target: { hash, message: `On ${name}\n` } },
      old: { type, name },
    })
    const event = readEvent(
      'bitbucket',
      told(
        { 'x-event-key': 'repo:push' },
        {
          actor: { display_name: 'Grace' },
          push: { changes: [change('v1', 'tag', SHA), change('main', 'branch', SHA)] },
        }
      )
    )
    assert.deepEqual(decide(event, FOLLOWED, false), {
      kind: 'deploy',
      change: { ref: 'refs/heads/main', commit: SHA, deleted: false, subject: 'On main' },
    })
    const gone = readEvent(
      'bitbucket',
      told({ 'x-event-key': 'repo:push' }, { push: { changes: [change('main', 'branch', null)] } })
    )
    assert.containSubset(decide(gone, FOLLOWED, false), { kind: 'ignored', reason: 'deleted' })
  })

  test('a Bitbucket that people run themselves tells it in another way', ({ assert }) => {
    const headers = { 'x-event-key': 'repo:refs_changed' }
    const change = (type: string, toHash: string) => ({
      changes: [{ ref: { id: 'refs/heads/main', type: 'BRANCH' }, type, toHash }],
      actor: { displayName: 'Grace' },
    })
    const event = readEvent('bitbucket', told(headers, change('UPDATE', SHA)))
    assert.equal(event?.pusher, 'Grace')
    assert.containSubset(decide(event, FOLLOWED, false), {
      kind: 'deploy',
      change: { commit: SHA },
    })
    const gone = readEvent('bitbucket', told(headers, change('DELETE', ZEROS)))
    assert.containSubset(decide(gone, FOLLOWED, false), { kind: 'ignored', reason: 'deleted' })
    const ping = readEvent('bitbucket', told({ 'x-event-key': 'diagnostics:ping' }, { test: true }))
    assert.deepEqual(decide(ping, FOLLOWED, false), { kind: 'ping' })
  })

  test('GitLab tells of tags by an event of their own', ({ assert }) => {
    const payload = { ref: 'refs/tags/v1', after: SHA }
    const event = readEvent('gitlab', told({ 'x-gitlab-event': 'Tag Push Hook' }, payload))
    assert.containSubset(decide(event, FOLLOWED, false), { kind: 'ignored', reason: 'tag' })
    const other = readEvent('gitlab', told({ 'x-gitlab-event': 'Job Hook' }, payload))
    assert.containSubset(decide(other, FOLLOWED, false), { kind: 'ignored', reason: 'no_push' })
  })

  test('a provider may not leave out the commit', ({ assert }) => {
    for (const after of [undefined, null, 7, {}, [SHA], ` ${SHA}`, SHA.toUpperCase(), 'HEAD']) {
      const payload = { ref: 'refs/heads/main', after }
      const event = readEvent('github', told({ 'x-github-event': 'push' }, payload))
      assert.containSubset(decide(event, FOLLOWED, false), { kind: 'refused', reason: 'no_commit' })
    }
  })

  test('what an object inherits is no part of a payload', ({ assert }) => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      assert.isUndefined(partOf({}, name))
    }
    assert.equal(partOf({ a: { b: 1 } }, 'a', 'b'), 1)
    assert.isUndefined(partOf({ a: null }, 'a', 'b'))
  })

  test('a line of a stranger is one line, whole characters, and no more than wanted', ({
    assert,
  }) => {
    assert.equal(lineOf('one\r\ntwo', 10), 'one')
    assert.equal(lineOf('😀😀😀', 2), '😀😀')
    assert.equal(lineOf('a\u202eb\u0000c\ud800', 10), 'a b c\ufffd')
    for (const nothing of ['', '  ', null, undefined, 7, {}, ['a']]) {
      assert.isNull(lineOf(nothing, 10))
    }
  })

  test('a repository’s host suggests its provider', ({ assert }) => {
    const hosts = ['github.com', 'gitlab.example.com', 'bitbucket.org', 'codeberg.org', 'git.x.org']
    assert.deepEqual(hosts.map(suggestProvider), [
      ...(['github', 'gitlab', 'bitbucket', 'gitea', 'plain'] as const),
    ])
    assert.equal(suggestProvider(null), 'plain')
    assert.equal(suggestProvider('mygithub.com'), 'plain')
  })
})
