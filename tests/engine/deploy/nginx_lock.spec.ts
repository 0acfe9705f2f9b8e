import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { planRemoval } from '#engine/deploy/remove_project'
import { compileScript } from '#engine/detached/script'
import { createNonce } from '#engine/detached/nonce'
import { DeployStage } from '#tests/engine/deploy/deploy_stage'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { nodeApp } from '#tests/engine/deploy/node_app'
import { RunUnderWay } from '#tests/engine/detached/run_of'

const SITE = '/etc/nginx/conf.d/neighbour.conf'

/** Waits before it is sealed until it is told. */
const PATIENT = 'while [ ! -e ../../shared/go ]; do sleep 0.1; done'

test.group('nginx among projects of one server', (group) => {
  const stage = new DeployStage()
  group.tap((each) => each.timeout(120_000))
  group.setup(() => stage.open())

  /** A neighbour has half its site written, for some seconds. */
  async function neighbourWrites(seconds: number): Promise<void> {
    const half = 'server { listen 80; location / { proxy_pass http://unwritten; } }'
    const script = `mkdir -p /srv/muster
exec 7>>/srv/muster/.nginx
flock 7
echo '${half}' > ${SITE}
touch /run/neighbour
sleep ${seconds}
rm ${SITE} /run/neighbour`
    stage.host.inside(['systemd-run', '--quiet', '--collect', 'bash', '-c', script])
    while (!existsSync(stage.host.path('/run/neighbour'))) await sleep(20)
  }

  test('a deployment begins while another project has half its site written', async ({
    assert,
  }) => {
    const project = stage.project({ slug: 'begins' })
    await stage.git.publish('begins', { 'index.html': 'one' }, 'one')
    await neighbourWrites(3)
    const { outcome, log, releaseId } = await stage.deploy(project)
    assert.equal(outcome, 'live', log)
    await assertInvariants(stage, project, releaseId)
  })

  test('a release is activated while another project has half its site written', async ({
    assert,
  }) => {
    const project = stage.project({ slug: 'switches', buildCommands: PATIENT })
    await stage.git.publish('switches', { 'index.html': 'one' }, 'one')
    const deployment = stage.begin(project)
    await deployment.run.shows('▸ Build')
    await neighbourWrites(5)
    stage.host.inside(['touch', '/srv/muster/switches/shared/go'])
    const { outcome, log, releaseId } = await deployment.ended()
    assert.equal(outcome, 'live', log)
    await assertInvariants(stage, project, releaseId)
  })

  test('a project is removed while another one has half its site written', async ({ assert }) => {
    const project = stage.project({ slug: 'leaves' })
    await stage.git.publish('leaves', { 'index.html': 'one' }, 'one')
    assert.equal(await stage.outcome(project), 'live')
    await neighbourWrites(3)
    const { id, slug, unixUser } = project
    const nonce = createNonce()
    const script = compileScript(planRemoval({ id, slug, unixUser }), { nonce, success: 'gone' })
    const { result } = await new RunUnderWay(stage.remote, script).ended
    assert.containSubset(result, { code: 0 })
  })

  test('others have nginx while a release is verified and when it has been taken back', async ({
    assert,
  }) => {
    const isFree = () => stage.host.inside(['flock', '-n', '/srv/muster/.nginx', 'echo', 'free'])
    const project = stage.project({ slug: 'fails', healthPath: '/there.txt' })
    await stage.git.publish('fails', { 'there.txt': 'one' }, 'one')
    assert.equal(await stage.outcome(project), 'live')
    await stage.git.publish('fails', { 'elsewhere.txt': 'two' }, 'two')
    const deployment = stage.begin(project)
    await deployment.run.shows('▸ Verify through nginx')
    assert.equal(isFree(), 'free\n')
    await deployment.run.shows('The former release answers')
    assert.equal(isFree(), 'free\n')
    const { outcome, log } = await deployment.ended()
    assert.equal(outcome, 'rolled_back', log)
    assert.deepEqual(await stage.visit(project, '/there.txt'), { status: 200, body: 'one' })
  })

  test('many projects go live on one server at once', async ({ assert }) => {
    const slugs = ['one', 'two', 'three', 'four', 'five', 'six']
    const projects = slugs.map((slug) =>
      stage.project({ slug, runtime: 'process', startCommand: 'node server.js' })
    )
    for (const { slug } of projects) {
      await stage.git.publish(slug, nodeApp(slug), slug)
    }
    const ended = await Promise.all(projects.map((project) => stage.deploy(project)))
    for (const [index, { outcome, log, releaseId }] of ended.entries()) {
      assert.equal(outcome, 'live', log)
      assert.equal(await stage.body(projects[index]), slugs[index])
      await assertInvariants(stage, projects[index], releaseId)
    }
  })
})
