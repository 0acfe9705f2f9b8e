import { test } from '@japa/runner'
import { explainFailure } from '#engine/deploy/explain_failure'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { DeployStage } from '#tests/engine/deploy/deploy_stage'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { RequestLoop } from '#tests/engine/deploy/request_loop'

test.group('Faults on the way of a deployment', (group) => {
  const stage = new DeployStage()
  group.setup(() => stage.open({ name: 'web-1', disk: '1g' }))

  test('D17: nginx broken by another site before the deployment stops it first', async ({
    assert,
  }) => {
    const project = stage.project({ slug: 'nginx-before' })
    await stage.git.publish('nginx-before', { 'index.html': 'one' }, 'one')
    const first = await stage.deploy(project)
    stage.host.writeFile('/etc/nginx/conf.d/other.conf', 'nonsense')
    const loop = new RequestLoop(stage.host.address, project)
    const { outcome, failed, log } = await stage.deploy(project)
    stage.host.inside(['rm', '/etc/nginx/conf.d/other.conf'])
    const answers = await loop.stop()
    assert.equal(outcome, 'failed')
    assert.equal(failed?.step, 'preflight')
    const { reason } = explainFailure({ step: 'preflight', rc: failed!.rc, tail: log })
    assert.match(reason, /nginx refuses its configuration as it is/)
    await assertInvariants(stage, project, first.releaseId, { answers, bodies: ['one'] })
  })

  test('D17: nginx broken during the deployment leaves the site as it was', async ({ assert }) => {
    const project = stage.project({ slug: 'nginx-during', buildCommands: 'echo building; sleep 2' })
    await stage.git.publish('nginx-during', { 'index.html': 'one' }, 'one')
    const { releaseId } = await stage.deploy(project)
    await stage.git.publish('nginx-during', { 'index.html': 'two' }, 'two')
    const loop = new RequestLoop(stage.host.address, project)
    const deployment = stage.begin(project)
    await deployment.run.shows('building\n')
    stage.host.writeFile('/etc/nginx/conf.d/other.conf', 'nonsense')
    const { outcome, failed } = await deployment.ended()
    stage.host.inside(['rm', '/etc/nginx/conf.d/other.conf'])
    assert.equal(outcome, 'failed')
    assert.equal(failed?.step, 'activate')
    stage.host.inside(['systemctl', 'reload', 'nginx'])
    assert.equal(await stage.body(project), 'one')
    const answers = await loop.stop()
    await assertInvariants(stage, project, releaseId, { answers, bodies: ['one'] })
  })

  test('D5: a full disk is told before anything is done', async ({ assert }) => {
    const project = stage.project({ slug: 'full' })
    await stage.git.publish('full', { 'index.html': 'one' }, 'one')
    const { releaseId } = await stage.deploy(project)
    stage.host.inside(['fallocate', '-l', '700M', '/var/tmp/filler'])
    const loop = new RequestLoop(stage.host.address, project)
    const { outcome, failed, log } = await stage.deploy(project)
    stage.host.inside(['rm', '/var/tmp/filler'])
    assert.equal(outcome, 'failed')
    assert.containSubset(failed, { step: 'preflight', rc: 28 })
    assert.match(log, /There is not enough room on \/\./)
    const answers = await loop.stop()
    await assertInvariants(stage, project, releaseId, { answers, bodies: ['one'] })
  })

  test('D5: a disk that fills up in the build fails cleanly', async ({ assert }) => {
    const project = stage.project({ slug: 'filling', buildCommands: 'sh build.sh' })
    await stage.git.publish('filling', { 'index.html': 'one', 'build.sh': 'true' }, 'one')
    const { releaseId } = await stage.deploy(project)
    const build = 'head -c 2000000000 /dev/zero > big'
    await stage.git.publish('filling', { 'index.html': 'two', 'build.sh': build }, 'two')
    const loop = new RequestLoop(stage.host.address, project)
    const { outcome, failed, log } = await stage.deploy(project)
    assert.equal(outcome, 'failed')
    assert.equal(failed?.step, 'build')
    const { reason } = explainFailure({ step: 'build', rc: failed!.rc, tail: log })
    assert.equal(reason, 'The server’s disk is full.')
    assert.deepEqual(stage.releases(project), [releaseId])
    const answers = await loop.stop()
    await assertInvariants(stage, project, releaseId, { answers, bodies: ['one'] })
  })

  test('D6: a disk with hardly a file left to make is told before anything is done', async ({
    assert,
  }) => {
    const project = stage.project({ slug: 'inodes', buildCommands: 'sh build.sh' })
    const base = '/srv/muster'
    stage.host.inside(['mount', '-t', 'tmpfs', '-o', 'size=900m,nr_inodes=10400', 'tmpfs', base])
    const build = 'mkdir many; for n in $(seq 1 20000); do : > many/$n || exit 1; done'
    await stage.git.publish('inodes', { 'index.html': 'one', 'build.sh': 'true' }, 'one')
    const { releaseId, outcome, log } = await stage.deploy(project)
    assert.equal(outcome, 'live', log)
    await stage.git.publish('inodes', { 'index.html': 'two', 'build.sh': build }, 'two')
    const loop = new RequestLoop(stage.host.address, project)
    const inBuild = await stage.deploy(project)
    assert.equal(inBuild.failed?.step, 'build', inBuild.log)
    const told = explainFailure({ step: 'build', rc: inBuild.failed!.rc, tail: inBuild.log })
    assert.equal(told.reason, 'The server’s disk is full.')
    await assertInvariants(stage, project, releaseId)
    stage.host.inside(['sh', '-c', `mkdir ${base}/x; cd ${base}/x; touch $(seq 1 1000)`])
    const before = await stage.deploy(project)
    assert.containSubset(before.failed, { step: 'preflight', rc: 28 })
    assert.match(before.log, /There are only \d+ files left to make on \/srv\/muster\./)
    const answers = await loop.stop()
    await assertInvariants(stage, project, releaseId, { answers, bodies: ['one'] })
    stage.host.inside(['umount', '-l', base])
  }).timeout(120_000)

  test('D12: a rollback after a rollback goes further back', async ({ assert }) => {
    const project = stage.project({ slug: 'further' })
    const ids: string[] = []
    for (const name of ['one', 'two', 'three']) {
      await stage.git.publish('further', { 'index.html': name }, name)
      ids.push((await stage.deploy(project)).releaseId)
    }
    const loop = new RequestLoop(stage.host.address, project)
    for (const at of [1, 0, 2]) {
      const { outcome } = await stage.deploy(project, { kind: 'rollback', releaseId: ids[at] })
      assert.equal(outcome, 'live')
      assert.equal(await stage.body(project), ['one', 'two', 'three'][at])
      await assertInvariants(stage, project, ids[at])
    }
    const answers = await loop.stop()
    await assertInvariants(stage, project, ids[2], { answers, bodies: ['one', 'two', 'three'] })
    assert.sameMembers(stage.releases(project), ids)
  }).timeout(120_000)

  test('D7: of two deployments of one project at once, one is told to wait', async ({ assert }) => {
    const project = stage.project({ slug: 'twice', buildCommands: 'echo building; sleep 8' })
    await stage.git.publish('twice', { 'index.html': 'one' }, 'one')
    const first = stage.begin(project)
    await first.run.shows('building\n')
    const second = await stage.deploy(project)
    assert.equal(second.outcome, 'failed')
    assert.containSubset(second.failed, { step: 'preflight', rc: 75 })
    assert.include(second.log, 'Another deployment of this project is under way')
    const { outcome, releaseId } = await first.ended()
    assert.equal(outcome, 'live')
    await assertInvariants(stage, project, releaseId)
  })

  test('D10: deploys the commit it was told or none', async ({ assert }) => {
    await stage.git.publish('exact', { 'index.html': 'zero' }, 'zero')
    const commit = await stage.git.publish('exact', { 'index.html': 'one' }, 'one')
    await stage.git.publish('exact', { 'index.html': 'two' }, 'two')
    const project = stage.project({ slug: 'exact', commit })
    const { outcome, results, releaseId } = await stage.deploy(project)
    assert.equal(outcome, 'live')
    assert.equal(results.commit, commit)
    assert.equal(await stage.body(project), 'one')

    const loop = new RequestLoop(stage.host.address, project)
    await stage.git.removeBranch('exact', 'main')
    await stage.git.publish('exact', { 'index.html': 'forced' }, 'forced')
    const forced = await stage.deploy(project)
    assert.equal(forced.outcome, 'failed')
    assert.equal(forced.failed?.step, 'fetch')
    assert.include(forced.log, 'is not on the branch main (any more)')
    assert.equal(await stage.body(project), 'one')
    const answers = await loop.stop()
    await assertInvariants(stage, project, releaseId, { answers, bodies: ['one'] })
  })

  test('D20: a refused key, a wrong host key and a missing branch are each told', async ({
    assert,
  }) => {
    await stage.git.publish('fetching', { 'index.html': 'one' }, 'one')
    const told = async (changes: object) => {
      const project = stage.project({ slug: 'fetching', ...changes })
      const { outcome, failed, log } = await stage.deploy(project)
      assert.equal(outcome, 'failed')
      assert.equal(failed?.step, 'fetch')
      return explainFailure({ step: 'fetch', rc: failed!.rc, tail: log }).reason
    }
    const stranger = generateKeyPair('stranger')
    assert.equal(await told({ deployKey: stranger.privateKey }), 'The repository refused the key.')
    const [, type, key] = stranger.publicKey.match(/^(\S+) (\S+)/)!
    assert.match(
      await told({ knownHosts: `${stage.fleet.host('git-1').address} ${type} ${key}\n` }),
      /a host key that is not the confirmed one/
    )
    assert.equal(await told({ branch: 'absent' }), 'The repository has no such branch or tag.')
    await assertInvariants(stage, stage.project({ slug: 'fetching' }), null)
  })

  test('the directory of another project is left alone', async ({ assert }) => {
    const project = stage.project({ slug: 'owned' })
    await stage.git.publish('owned', { 'index.html': 'one' }, 'one')
    await stage.deploy(project)
    const { outcome, log } = await stage.deploy({ ...project, id: 'somebody-else' })
    assert.equal(outcome, 'failed')
    assert.include(log, '/srv/muster/owned belongs to another project')
    assert.equal(await stage.body(project), 'one')
  })

  test('a domain that another site serves is told before anything is done', async ({ assert }) => {
    const project = stage.project({ slug: 'conflict', domain: 'taken.example.com' })
    await stage.git.publish('conflict', { 'index.html': 'mine' }, 'mine')
    const other = 'server {\n listen 80;\n server_name taken.example.com;\n return 200 theirs;\n}\n'
    stage.host.writeFile('/etc/nginx/conf.d/theirs.conf', other)
    const { outcome, failed, log } = await stage.deploy(project)
    stage.host.inside(['rm', '/etc/nginx/conf.d/theirs.conf'])
    assert.equal(outcome, 'failed')
    assert.equal(failed?.step, 'preflight')
    assert.include(log, 'taken.example.com on port 80 is already served by')
  })

  test('a user of the same name that is somebody else’s is not used', async ({ assert }) => {
    const project = stage.project({ slug: 'user', unixUser: 'backup' })
    await stage.git.publish('user', { 'index.html': 'one' }, 'one')
    const { outcome, failed, log } = await stage.deploy(project)
    assert.equal(outcome, 'failed')
    assert.equal(failed?.step, 'prepare')
    assert.include(log, 'The user backup exists on this server and belongs to something else')
  })
})
