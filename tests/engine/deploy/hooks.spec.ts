import { test } from '@japa/runner'
import { explainFailure } from '#engine/deploy/explain_failure'
import { DeployStage } from '#tests/engine/deploy/deploy_stage'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { nodeApp } from '#tests/engine/deploy/node_app'
import { RequestLoop } from '#tests/engine/deploy/request_loop'

test.group('Hooks, shared paths and health checks', (group) => {
  const stage = new DeployStage()
  group.setup(() => stage.open())

  const read = (path: string) => stage.host.inside(['cat', path])

  test('commands run before and after the switch, as the project’s user with its variables', async ({
    assert,
  }) => {
    const project = stage.project({
      slug: 'hooked',
      environment: { COLOUR: 'red' },
      beforeSwitch:
        'echo "before $COLOUR $(id -un) $(readlink ../../current)" > ../../shared/before',
      afterSwitch:
        'echo "after $COLOUR $(id -un) $(readlink ../../current)" > ../../shared/after; exit 3',
    })
    await stage.git.publish('hooked', { 'index.html': 'one' }, 'one')
    const { outcome, results, log, releaseId } = await stage.deploy(project)
    assert.equal(outcome, 'live', log)
    assert.equal(results.migrations, 'ran')
    assert.equal(read('/srv/muster/hooked/shared/before'), 'before red muster-hooked \n')
    const now = `after red muster-hooked releases/${releaseId}\n`
    assert.equal(read('/srv/muster/hooked/shared/after'), now)
    assert.match(log, /Run the commands after the switch failed with exit code 3; the rest goes on/)
    await assertInvariants(stage, project, releaseId)
    stage.host.inside(['rm', '/srv/muster/hooked/shared/before'])
    const back = await stage.deploy(project, { kind: 'rollback', releaseId })
    assert.equal(back.outcome, 'live')
    assert.isUndefined(back.results.migrations)
    assert.equal(stage.host.inside(['ls', '/srv/muster/hooked/shared']), 'after\n')
  }).timeout(120_000)

  test('D14: a migration that fails half-way activates nothing, is flagged and not taken back', async ({
    assert,
  }) => {
    const project = stage.project({
      slug: 'migrated',
      runtime: 'process',
      startCommand: 'node server.js',
      beforeSwitch: 'sh migrate.sh',
    })
    const files = (name: string, migrate: string) => ({ ...nodeApp(name), 'migrate.sh': migrate })
    await stage.git.publish('migrated', files('one', 'echo first >> ../../shared/db'), 'one')
    const { releaseId } = await stage.deploy(project)
    const half = 'echo half >> ../../shared/db; exit 4; echo whole >> ../../shared/db'
    await stage.git.publish('migrated', files('two', half), 'two')
    const loop = new RequestLoop(stage.host.address, project)
    const { outcome, failed, results, log } = await stage.deploy(project)
    const answers = await loop.stop()
    assert.equal(outcome, 'failed')
    assert.containSubset(failed, { step: 'before', rc: 4 })
    assert.equal(results.migrations, 'running')
    assert.include(
      explainFailure({ step: 'before', rc: 4, tail: log }).next,
      'nothing of it was taken back'
    )
    assert.equal(read('/srv/muster/migrated/shared/db'), 'first\nhalf\n')
    await assertInvariants(stage, project, releaseId, { answers, bodies: ['one'] })
    await stage.git.publish('migrated', files('three', 'true'), 'three')
    const next = await stage.deploy(project)
    assert.equal(next.outcome, 'live', next.log)
    await assertInvariants(stage, project, next.releaseId)
  }).timeout(120_000)

  test('shared paths are made of the first release’s own and stay from release to release', async ({
    assert,
  }) => {
    const project = stage.project({
      slug: 'shares',
      sharedDirectories: ['public/uploads', 'cache'],
      sharedFiles: ['config/site.conf', 'data/db.sqlite'],
      publicDirectory: 'public',
    })
    const files = (name: string) => ({
      'public/index.html': name,
      'public/uploads/kept.txt': `upload of ${name}`,
      'config/site.conf': `config of ${name}`,
    })
    await stage.git.publish('shares', files('one'), 'one')
    const first = await stage.deploy(project)
    assert.equal(first.outcome, 'live', first.log)
    assert.include(first.log, 'db.sqlite was not there: it is an empty file now.')
    const asUser = [
      'setpriv',
      '--reuid',
      'muster-shares',
      '--regid',
      'muster-shares',
      '--clear-groups',
    ]
    stage.host.inside([
      ...asUser,
      ...['sh', '-c', 'echo grown > /srv/muster/shares/current/data/db.sqlite'],
    ])
    await stage.git.publish('shares', files('two'), 'two')
    const second = await stage.deploy(project)
    assert.equal(second.outcome, 'live', second.log)
    const current = '/srv/muster/shares/current'
    assert.equal(read(`${current}/config/site.conf`), 'config of one')
    assert.equal(read(`${current}/data/db.sqlite`), 'grown\n')
    assert.deepEqual(await stage.visit(project, '/uploads/kept.txt'), {
      status: 200,
      body: 'upload of one',
    })
    assert.deepEqual(
      stage.host.inside(['readlink', `${current}/cache`]).trim(),
      '/srv/muster/shares/shared/cache'
    )
    await assertInvariants(stage, project, second.releaseId)
  }).timeout(120_000)

  test('D18: a file where a shared directory has to be is told before anything is changed', async ({
    assert,
  }) => {
    const project = stage.project({ slug: 'inway', sharedDirectories: ['storage/app'] })
    await stage.git.publish('inway', { 'index.html': 'one' }, 'one')
    const { releaseId } = await stage.deploy(project)
    const shared = '/srv/muster/inway/shared'
    const places: [string, RegExp][] = [
      [
        `rm -r ${shared}/storage; touch ${shared}/storage`,
        /storage is a file where a shared directory/,
      ],
      [
        `rm ${shared}/storage; mkdir ${shared}/storage; touch ${shared}/storage/app`,
        /storage\/app is a file/,
      ],
      [`rm -r ${shared}/storage; ln -s /etc ${shared}/storage`, /storage is a link/],
      [`rm -r ${shared}; ln -s /etc ${shared}`, /shared is not a directory/],
    ]
    const loop = new RequestLoop(stage.host.address, project)
    for (const [make, words] of places) {
      stage.host.inside(['sh', '-c', make])
      const { outcome, failed, log } = await stage.deploy(project)
      assert.equal(outcome, 'failed')
      assert.containSubset(failed, { step: 'preflight', rc: 78 }, log)
      assert.match(log, words)
      assert.deepEqual(stage.releases(project), [releaseId])
      await assertInvariants(stage, project, releaseId)
    }
    stage.host.inside(['rm', shared])
    const { outcome, log, releaseId: next } = await stage.deploy(project)
    assert.equal(outcome, 'live', log)
    const answers = await loop.stop()
    await assertInvariants(stage, project, next, { answers, bodies: ['one'] })
  }).timeout(120_000)

  test('D19: links of a repository lead no shared path out of the project', async ({ assert }) => {
    const project = stage.project({ slug: 'leading', sharedFiles: ['a/b/shadow'] })
    await stage.git.publish('leading', { 'index.html': 'x', 'a/b': { link: '/etc' } }, 'x')
    const { outcome, failed, log } = await stage.deploy(project)
    assert.equal(outcome, 'failed')
    assert.equal(failed?.step, 'shared')
    assert.include(log, 'is a link in the repository')
    const own = { 'index.html': 'x', 'a/b/shadow': { link: '/etc/passwd' } }
    await stage.git.publish('leading', own, 'x')
    const mended = await stage.deploy(project)
    assert.equal(mended.outcome, 'live')
    assert.equal(read('/srv/muster/leading/shared/a/b/shadow'), '')
    await assertInvariants(stage, project, mended.releaseId)
  }).timeout(120_000)

  test('D22: a redirect that is not expected, a missing text and an answer that hangs are failures', async ({
    assert,
  }) => {
    const base = {
      runtime: 'process' as const,
      startCommand: 'node server.js',
      healthTimeoutSeconds: 3,
      healthAnswerSeconds: 1,
    }
    const project = stage.project({
      ...base,
      slug: 'checked',
      healthCodes: '200,204-206',
      healthText: "it's [well]",
    })
    const app = (status: number, body: string) =>
      nodeApp('x', `answer = () => ({ status: ${status}, body: ${JSON.stringify(body)} })`)
    await stage.git.publish('checked', app(200, "so it's [well] here"), 'one')
    const first = await stage.deploy(project)
    assert.equal(first.outcome, 'live', first.log)
    const bad: [Record<string, string>, RegExp][] = [
      [app(302, "it's [well]"), /The new instance answers 302\./],
      [app(200, 'it is well'), /The new instance answers 200 without the expected text\./],
      [nodeApp('x', 'setTimeout(() => server.removeAllListeners("request"))'), /does not answer/],
    ]
    const loop = new RequestLoop(stage.host.address, project)
    for (const [files, words] of bad) {
      await stage.git.publish('checked', files, 'bad')
      const { outcome, failed, log } = await stage.deploy(project)
      assert.equal(outcome, 'failed')
      assert.equal(failed?.step, 'health')
      assert.match(log, words)
      await assertInvariants(stage, project, first.releaseId)
    }
    const answers = await loop.stop()
    const bodies = ["so it's [well] here"]
    await assertInvariants(stage, project, first.releaseId, { answers, bodies })
  }).timeout(180_000)

  test('a site that was edited by hand stops the deployment, until a person decided about this very edit', async ({
    assert,
  }) => {
    const project = stage.project({ slug: 'edited' })
    const site = '/etc/nginx/conf.d/muster-edited.conf'
    await stage.git.publish('edited', { 'index.html': 'one' }, 'one')
    const { releaseId } = await stage.deploy(project)
    const edit = ['sed', '-i', 's/client_max_body_size 64m;/client_max_body_size 99m;/', site]
    stage.host.inside(edit)
    const stopped = await stage.deploy(project)
    assert.equal(stopped.outcome, 'failed')
    assert.containSubset(stopped.failed, { step: 'preflight', rc: 78 })
    assert.include(stopped.log, '-    client_max_body_size 64m;\n+    client_max_body_size 99m;')
    assert.match(stopped.results.site_edited, /^[0-9a-f]{64}$/)
    await assertInvariants(stage, project, releaseId)

    const checksum = stopped.results.site_edited
    await stage.git.publish('edited', { 'index.html': 'two' }, 'two')
    const kept = await stage.deploy({ ...project, editedSite: { act: 'keep', checksum } })
    assert.equal(kept.outcome, 'live', kept.log)
    assert.include(read(site), '99m')
    assert.equal(await stage.body(project), 'two')
    await assertInvariants(stage, project, kept.releaseId)

    stage.host.inside(['sh', '-c', `echo '# more' >> ${site}`])
    const again = await stage.deploy({ ...project, editedSite: { act: 'overwrite', checksum } })
    assert.equal(again.outcome, 'failed')
    const latest = again.results.site_edited
    assert.notEqual(latest, checksum)
    const over = await stage.deploy({
      ...project,
      editedSite: { act: 'overwrite', checksum: latest },
    })
    assert.equal(over.outcome, 'live', over.log)
    assert.include(read(site), '64m')
    assert.notInclude(read(site), '# more')
    await assertInvariants(stage, project, over.releaseId)
  }).timeout(120_000)
})
