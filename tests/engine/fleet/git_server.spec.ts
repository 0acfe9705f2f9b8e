import { test } from '@japa/runner'
import { createFleet } from '#tests/fleet/fleet'
import { GitServer } from '#tests/fleet/git_server'
import { type Host } from '#tests/fleet/host'

/** Makes a key pair on `host` and returns its public line. */
function deployKey(host: Host, file: string): string {
  host.inside(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', file])
  return host.inside(['cat', `${file}.pub`])
}

/** Runs git on `host`, the server's key pinned by `knownHost`. */
function git(host: Host, key: string, knownHost: string, argv: string[]): string {
  host.inside(['tee', '/root/known_hosts'], `${knownHost}\n`)
  const ssh =
    `ssh -i ${key} -o IdentitiesOnly=yes -o BatchMode=yes ` +
    '-o StrictHostKeyChecking=yes -o UserKnownHostsFile=/root/known_hosts'
  return host.inside(['env', `GIT_SSH_COMMAND=${ssh}`, 'git', ...argv])
}

test.group('GitServer', (group) => {
  const fleet = createFleet()
  let server: GitServer

  group.setup(async () => {
    await fleet.start(['web-1', 'git-1'])
    server = await GitServer.on(fleet.host('git-1'))
    await server.authorize(deployKey(fleet.host('web-1'), '/root/deploy'))
    return () => fleet.stop()
  })

  test('serves what is published to a host that pins its key', async ({ assert }) => {
    const web = fleet.host('web-1')
    const files = {
      'index.html': 'one\n',
      'bin/run': '#!/bin/sh\n',
      'link': { link: 'index.html' },
    }
    const sha = await server.publish('site', files, 'First')
    git(web, '/root/deploy', server.host.knownHost, [
      'clone',
      '-q',
      server.url('site'),
      '/srv/site',
    ])

    assert.match(sha, /^[0-9a-f]{40}$/)
    const log = ['-C', '/srv/site', 'log', '--format=%H %s']
    assert.equal(web.inside(['git', ...log]), `${sha} First\n`)
    assert.equal(web.inside(['cat', '/srv/site/link']), 'one\n')
    web.inside(['test', '-x', '/srv/site/bin/run'])
    web.inside(['test', '-L', '/srv/site/link'])
  })

  test('replaces the whole tree with the next commit of a branch', async ({ assert }) => {
    const first = await server.publish('shop', { 'old.txt': 'old' }, 'First')
    const second = await server.publish('shop', { 'née "new".txt': 'new' }, 'Second\n\nwith a body')
    await server.publish('shop', { 'x.txt': 'x' }, 'Aside', { branch: 'feature/$(id)' })
    const repository = ['git', '-C', '/srv/git/shop.git']
    const host = fleet.host('git-1')

    assert.equal(host.inside([...repository, 'rev-parse', 'main^']), `${first}\n`)
    const tree = ['-c', 'core.quotePath=off', 'ls-tree', '-z', '--name-only', second]
    assert.equal(host.inside([...repository, ...tree]), 'née "new".txt\0')

    const remote = ['ls-remote', '--heads', server.url('shop')]
    const heads = git(fleet.host('web-1'), '/root/deploy', server.host.knownHost, remote)
    assert.include(heads, `${second}\trefs/heads/main`)
    assert.include(heads, 'refs/heads/feature/$(id)')
  })

  test('removes a branch', async ({ assert }) => {
    await server.publish('blog', { 'a.txt': 'a' }, 'First', { branch: 'gone' })
    await server.removeBranch('blog', 'gone')
    const heads = ['ls-remote', '--heads', server.url('blog')]
    assert.equal(git(fleet.host('web-1'), '/root/deploy', server.host.knownHost, heads), '')
  })

  test('refuses a deploy key it does not know, and any after they are revoked', async ({
    assert,
  }) => {
    const web = fleet.host('web-1')
    await server.publish('private', { 'a.txt': 'a' }, 'First')
    const known = deployKey(web, '/root/known')
    const list = (key: string) =>
      git(web, key, server.host.knownHost, ['ls-remote', server.url('private')])

    assert.throws(() => list('/root/known'), /Permission denied/)
    await server.authorize(known)
    assert.include(list('/root/known'), 'refs/heads/main')
    await server.revokeAll()
    assert.throws(() => list('/root/known'), /Permission denied/)
    await server.authorize(web.inside(['cat', '/root/deploy.pub']))
  })

  test('is refused by a host that pinned another key', async ({ assert }) => {
    const web = fleet.host('web-1')
    await server.publish('site', { 'index.html': 'two\n' }, 'Second')
    const impostor = `${server.host.address} ${web.hostKey.type} ${web.hostKey.key}`
    assert.throws(
      () => git(web, '/root/deploy', impostor, ['ls-remote', server.url('site')]),
      /Host key verification failed/
    )
  })

  test('lets a deploy key read and never write', async ({ assert }) => {
    const web = fleet.host('web-1')
    await server.publish('site', { 'index.html': 'three\n' }, 'Third')
    const { knownHost } = server.host
    git(web, '/root/deploy', knownHost, ['clone', '-q', server.url('site'), '/srv/pushed'])
    web.inside(['tee', '/srv/pushed/index.html'], 'defaced\n')
    const author = ['-c', 'user.name=web', '-c', 'user.email=web@example.com']
    web.inside(['git', '-C', '/srv/pushed', ...author, 'commit', '--quiet', '-am', 'Deface'])
    assert.throws(
      () => git(web, '/root/deploy', knownHost, ['-C', '/srv/pushed', 'push', '--quiet']),
      /unable to create temporary object directory/
    )
  })
})
