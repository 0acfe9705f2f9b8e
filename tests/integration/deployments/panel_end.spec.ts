import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { DeployFleet, SERVERS } from '#tests/integration/deployments/deploy_fleet'
import type { Panel } from '#tests/support/panel'
import { sharedPanel } from '#tests/support/panel_runs'

test.group('Deployments on many servers and the processes of the panel', (group) => {
  const stage = new DeployFleet()
  const panels: Panel[] = []
  group.tap((each) => each.timeout(180_000))
  group.setup(() => stage.open())
  group.each.teardown(async () => {
    for (const panel of panels.splice(0)) await panel.remove()
    for (const name of SERVERS) {
      stage.remove(name, '/etc/slow')
      stage.remove(name, '/etc/sick')
    }
  })

  async function startPanel() {
    const panel = await sharedPanel({ environment: { MUSTER_ROLES: 'worker' } })
    panels.push(panel)
    return panel
  }

  const slowly = { buildCommands: 'while [ -e /etc/slow ]; do sleep 0.1; done' }

  test('D4: a panel killed before it says go finds all ready, and says it', async ({ assert }) => {
    const panel = await startPanel()
    const project = await stage.createProject(slowly)
    assert.equal((await stage.deployed(project)).state, 'live')
    await stage.publish(project, 'two')
    stage.touch('web-3', '/etc/slow')
    const visitors = stage.visitors(project, ['web-3'])
    const deployment = await stage.deploy(project)
    await stage.atStep(deployment, 'ready', 2)
    await panel.kill('SIGKILL')
    stage.remove('web-3', '/etc/slow')
    await sleep(5_000)
    assert.deepEqual(await stage.bodies(project), ['one', 'one', 'one'])
    await panel.boot()
    const ended = await stage.ended(deployment)
    assert.equal(ended.state, 'live', await stage.logs(ended))
    assert.deepEqual(await stage.bodies(project), ['two', 'two', 'two'])
    await stage.holds(project, ended.releaseId, { visitors, bodies: ['one', 'two'] })
  })

  test('D4: a panel killed after go finds all switched, and has them keep it', async ({
    assert,
  }) => {
    const panel = await startPanel()
    const project = await stage.createProject()
    assert.equal((await stage.deployed(project)).state, 'live')
    await stage.publish(project, 'two')
    stage.touch('web-3', '/etc/sick')
    const visitors = stage.visitors(project, ['web-1'])
    const deployment = await stage.deploy(project)
    await stage.atStep(deployment, 'commit', 2)
    await panel.kill('SIGKILL')
    stage.remove('web-3', '/etc/sick')
    await sleep(4_000)
    assert.deepEqual(await stage.bodies(project), ['two', 'two', 'two'])
    assert.equal((await stage.row(deployment)).phase, 'switch')
    await panel.boot()
    const ended = await stage.ended(deployment)
    assert.equal(ended.state, 'live', await stage.logs(ended))
    assert.deepEqual(await stage.bodies(project), ['two', 'two', 'two'])
    await stage.holds(project, ended.releaseId, { visitors, bodies: ['one', 'two'] })
  })

  test('D4: a panel killed after go finds one that failed, and has the others go back', async ({
    assert,
  }) => {
    const panel = await startPanel()
    const project = await stage.createProject()
    const former = await stage.deployed(project)
    assert.equal(former.state, 'live')
    await stage.publish(project, 'two')
    stage.touch('web-3', '/etc/sick')
    const visitors = stage.visitors(project, ['web-1'])
    const deployment = await stage.deploy(project)
    await stage.atStep(deployment, 'commit', 2)
    await panel.kill('SIGKILL')
    await sleep(18_000)
    stage.remove('web-3', '/etc/sick')
    assert.deepEqual(await stage.bodies(project), ['two', 'two', 'one'])
    await panel.boot()
    const ended = await stage.ended(deployment)
    assert.equal(ended.state, 'rolled_back', await stage.logs(ended))
    assert.deepEqual(await stage.bodies(project), ['one', 'one', 'one'])
    await stage.holds(project, former.releaseId, { visitors, bodies: ['one', 'two'] })
  })

  test('D7: of two panels exactly one decides, each time', async ({ assert }) => {
    await startPanel()
    await startPanel()
    const project = await stage.createProject()
    const first = await stage.deployed(project)
    assert.equal(first.state, 'live', await stage.logs(first))
    assert.deepEqual(await stage.bodies(project), ['one', 'one', 'one'])
    const acts = await db.from('activities').where('subject_id', first.id).select('action')
    assert.sameMembers(
      acts.map(({ action }) => action),
      ['deployment.started', 'deployment.live']
    )
    const runs = await db.from('runs').where('project_id', project.id)
    assert.lengthOf(runs, SERVERS.length)
    await stage.holds(project, first.releaseId)
  })
})
