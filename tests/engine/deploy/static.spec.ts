import { test } from '@japa/runner'
import { type CommittedFile } from '#tests/fleet/git_server'
import { DeployStage } from '#tests/engine/deploy/deploy_stage'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { failures, RequestLoop } from '#tests/engine/deploy/request_loop'

test.group('Deploying static files', (group) => {
  const stage = new DeployStage()
  group.setup(() => stage.open())

  test('a first deployment makes the site and says what it is made of', async ({ assert }) => {
    const project = stage.project({ slug: 'first' })
    const commit = await stage.git.publish('first', { 'index.html': 'hello' }, 'Say "hello" \\o/')
    const { outcome, results, releaseId } = await stage.deploy(project)
    assert.equal(outcome, 'live')
    assert.containSubset(results, {
      commit,
      author: 'Fleet',
      subject: 'Say "hello" \\o/',
      kept: releaseId,
    })
    assert.deepEqual(await stage.visit(project), { status: 200, body: 'hello' })
    assert.containSubset(await stage.visit(project, '/absent'), { status: 404 })
    assert.equal(
      stage.host.inside(['readlink', '/srv/muster/first/current']).trim(),
      `releases/${releaseId}`
    )
  })

  test('D1: a second release replaces the first without a failed request', async ({ assert }) => {
    const project = stage.project({
      slug: 'second',
      buildCommands: 'mkdir -p dist; cp page dist/index.html',
      publicDirectory: 'dist',
    })
    await stage.git.publish('second', { page: 'one' }, 'one')
    await stage.deploy(project)
    await stage.git.publish('second', { page: 'two' }, 'two')
    const loop = new RequestLoop(stage.host.address, project)
    const { outcome, results, releaseId } = await stage.deploy(project)
    const answers = await loop.stop()
    assert.equal(outcome, 'live')
    assert.isEmpty(failures(answers))
    assert.sameMembers([...new Set(answers.map(({ body }) => body))], ['one', 'two'])
    assert.equal(answers.at(-1)?.body, 'two')
    assert.isAbove(Number(results.probe_requests), 0)
    assert.equal(results.probe_failures, '0')
    await assertInvariants(stage, project, releaseId, { answers, bodies: ['one', 'two'] })
  })

  test('files are readable by the web server whatever the umask of the build', async ({
    assert,
  }) => {
    const project = stage.project({
      slug: 'umask',
      buildCommands: 'umask 077; mkdir -p out/web; echo private > out/web/index.html',
      publicDirectory: 'out/web',
    })
    await stage.git.publish('umask', { file: 'x' }, 'x')
    assert.equal(await stage.outcome(project), 'live')
    assert.deepEqual(await stage.visit(project), { status: 200, body: 'private\n' })
  })

  test('D1: a build that fails leaves the old release serving and nothing behind', async ({
    assert,
  }) => {
    const project = stage.project({ slug: 'broken', buildCommands: 'sh build.sh' })
    await stage.git.publish('broken', { 'index.html': 'good', 'build.sh': 'true' }, 'good')
    const { releaseId } = await stage.deploy(project)
    await stage.git.publish('broken', { 'index.html': 'bad', 'build.sh': 'exit 3' }, 'bad')
    const loop = new RequestLoop(stage.host.address, project)
    const { outcome, failed, log } = await stage.deploy(project)
    const answers = await loop.stop()
    assert.equal(outcome, 'failed')
    assert.containSubset(failed, { step: 'build', rc: 3 })
    assert.include(log, '$ sh build.sh')
    assert.deepEqual(await stage.visit(project), { status: 200, body: 'good' })
    assert.deepEqual(stage.releases(project), [releaseId])
    assert.equal(stage.host.inside(['ls', '/srv/muster/broken/meta']).trim(), releaseId)
    await assertInvariants(stage, project, releaseId, { answers, bodies: ['good'] })
  })

  test('a first deployment that fails leaves no site', async ({ assert }) => {
    const project = stage.project({ slug: 'nosite', publicDirectory: 'dist' })
    await stage.git.publish('nosite', { file: 'x' }, 'x')
    const { outcome, failed, log } = await stage.deploy(project)
    assert.equal(outcome, 'failed')
    assert.equal(failed?.step, 'seal')
    assert.include(log, 'The public directory dist is not there after the build')
    const sites = stage.host.inside(['sh', '-c', 'ls /etc/nginx/conf.d'])
    assert.notInclude(sites, 'nosite')
    assert.isEmpty(stage.releases(project))
  })

  test('D19: links, hooks and submodules of a hostile repository do nothing', async ({
    assert,
  }) => {
    const project = stage.project({ slug: 'hostile' })
    const files = {
      'index.html': 'fine',
      'shadow.txt': { link: '/etc/shadow' },
      'passwd.txt': { link: '/etc/passwd' },
      'root': { link: '/' },
      '.env': 'SECRET=1',
      '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch /tmp/pwn"\n',
      'hooks/post-checkout': '#!/bin/sh\ntouch /tmp/pwn\n',
    }
    await stage.git.publish('hostile', files, '$(touch /tmp/pwn) `touch /tmp/pwn`\x1b[2J')
    const { outcome, results, releaseId } = await stage.deploy(project)
    assert.equal(outcome, 'live')
    assert.equal(results.subject, '$(touch /tmp/pwn) `touch /tmp/pwn` [2J')
    assert.equal(await stage.body(project), 'fine')
    for (const path of ['/shadow.txt', '/passwd.txt', '/root/etc/passwd', '/.env']) {
      const { status, body } = await stage.visit(project, path)
      assert.oneOf(status, [403, 404])
      assert.notInclude(body, 'root:')
    }
    assert.equal(stage.host.inside(['find', '/tmp', '-name', 'pwn']), '')
    await assertInvariants(stage, project, releaseId)
  })

  test('D19: a public directory that is a link, or behind one, is not served', async ({
    assert,
  }) => {
    for (const link of ['out', 'out/web']) {
      const project = stage.project({ slug: 'linked', publicDirectory: 'out/web' })
      const files: Record<string, CommittedFile> =
        link === 'out' ? { out: { link: '/var' } } : { 'out/web': { link: '/etc' } }
      await stage.git.publish('linked', { 'index.html': 'x', ...files }, 'x')
      const { outcome, failed } = await stage.deploy({
        ...project,
        publicDirectory: link === 'out' ? 'out/log' : 'out/web',
      })
      assert.equal(outcome, 'failed')
      assert.equal(failed?.step, 'seal')
      await assertInvariants(stage, project, null)
    }
  })

  test('a rollback makes an old release live again by the same switch', async ({ assert }) => {
    const project = stage.project({ slug: 'back' })
    await stage.git.publish('back', { 'index.html': 'one' }, 'one')
    const { releaseId } = await stage.deploy(project)
    await stage.git.publish('back', { 'index.html': 'two' }, 'two')
    await stage.deploy(project)
    const loop = new RequestLoop(stage.host.address, project)
    const { outcome } = await stage.deploy(project, { kind: 'rollback', releaseId })
    const answers = await loop.stop()
    assert.equal(outcome, 'live')
    assert.isEmpty(failures(answers))
    assert.equal(answers.at(-1)?.body, 'one')
  })

  test('a rollback to a release that is not there changes nothing', async ({ assert }) => {
    const project = stage.project({ slug: 'gone' })
    await stage.git.publish('gone', { 'index.html': 'one' }, 'one')
    await stage.deploy(project)
    const { outcome, failed, log } = await stage.deploy(project, { kind: 'rollback' })
    assert.equal(outcome, 'failed')
    assert.equal(failed?.step, 'preflight')
    assert.include(log, 'The release is not on this server any more')
    assert.equal(await stage.body(project), 'one')
  })

  test('D11: of thousands of releases the newest good ones, the live and the former stay', async ({
    assert,
  }) => {
    const project = stage.project({ slug: 'many', keepReleases: 3 })
    await stage.git.publish('many', { 'index.html': 'one' }, 'one')
    const { releaseId: oldest } = await stage.deploy(project)
    await stage.git.publish('many', { 'index.html': 'two' }, 'two')
    const { releaseId: former } = await stage.deploy(project)
    stage.host.inside([
      'bash',
      '-c',
      `cd /srv/muster/many && mkdir releases/backup releases/01ZZZ
       for n in $(seq 10000 14999); do id=7ZZZZZZZZZZZZZZZZZZZZ$n
       mkdir -p releases/$id meta/$id; : > meta/$id/sealed; [ $n -lt 10030 ] || : > meta/$id/good; done`,
    ])
    const { outcome, results } = await stage.deploy(project, {
      kind: 'rollback',
      releaseId: oldest,
    })
    assert.equal(outcome, 'live')
    const newest = [14997, 14998, 14999].map((n) => `7ZZZZZZZZZZZZZZZZZZZZ${n}`)
    assert.sameMembers(stage.releases(project), [...newest, oldest, former, 'backup', '01ZZZ'])
    assert.sameMembers(results.kept.split(','), [...newest, oldest, former])
    assert.equal(await stage.body(project), 'one')
    await assertInvariants(stage, project, oldest)
  })
})
