import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import Activity from '#app/activity/models/activity'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import Deployment from '#app/deployments/models/deployment'
import Notification from '#app/notifications/models/notification'
import type Project from '#app/projects/models/project'
import { claim } from '#app/runs/claims'
import { endRun, type EndFacts } from '#app/runs/worker/end_run'
import type { RunRecorder } from '#app/runs/worker/run_recorder'
import type Server from '#app/servers/models/server'
import Grant from '#app/teams/models/grant'
import Membership from '#app/teams/models/membership'
import type User from '#app/users/models/user'
import { placesOfDeployment } from '#tests/support/deployments'
import { setMailServer } from '#tests/support/mail_sink'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import {
  createBelongings,
  createMember,
  createTenant,
  placeOn,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'

const VERIFY = { name: 'verify', title: 'Verify through nginx' }
const FAILED = { state: 'failed', exitCode: 1 } as const

test.group('Deployments that go wrong', (group) => {
  let tenant: Tenant
  let belongings: Belongings
  let project: Project
  let server: Server

  group.each.setup(async () => {
    tenant = await createTenant()
    belongings = await createBelongings(tenant)
    ;({ project, server } = belongings)
    await Deployment.within(tenant.scope).delete()
    await setMailServer('127.0.0.1')
    const [, undo] = swapServerRemotes()
    return async () => {
      await undo()
      await setMailServer(null)
    }
  })

  const deploy = () => new CreateDeployment().deploy(causeOf(tenant.scope), project)
  const row = ({ id }: Deployment) => Deployment.within(tenant.scope).where('id', id).firstOrFail()
  const notifications = () => Notification.within(tenant.scope).preload('user').orderBy('id')
  const told = async () => (await notifications()).map(({ user }) => user.id)

  /** As the worker ends a run whose script said this. */
  async function end(
    deployment: Deployment,
    facts: EndFacts,
    said: Partial<RunRecorder> = {},
    position = 0
  ) {
    const { runId } = (await placesOfDeployment(deployment))[position]
    const [run] = await claim([runId!])
    const recorder = {
      ...{ outcome: null, failedStep: null, failedCommand: null, tail: '', results: {} },
      finish: async () => ({ values: {}, store: async () => {} }),
      closeSteps: async () => {},
      ...said,
    }
    await endRun(run, recorder as unknown as RunRecorder, facts)
    return row(deployment)
  }

  const rolledBack = (results: Record<string, string>) => ({
    outcome: 'rolled_back',
    failedStep: VERIFY,
    tail: 'The site answers 500.\n',
    results: { commit: 'c'.repeat(40), subject: 'Fix the cart', ...results },
  })
  const well = rolledBack({ former_status: '200' })
  const unwell = rolledBack({ former_status: '500', former_unhealthy: 'answers 500' })

  test('D2: a release that was taken back is told to those who may deploy its project', async ({
    assert,
  }) => {
    const admin = await createMember(tenant.team, 'admin')
    const deployer = await createMember(tenant.team, 'deployer')
    await createMember(tenant.team, 'viewer')
    await createMember(tenant.team, 'deployer', true)
    const granted = await createMember(tenant.team, 'deployer', true)
    const membership = await Membership.within(tenant.scope)
      .where('user_id', granted.id)
      .firstOrFail()
    await Grant.create({
      ...{ teamId: tenant.team.id, membershipId: membership.id },
      ...{ serverId: server.id, projectId: null },
    })
    const gone = await createMember(tenant.team, 'deployer')
    await gone.merge({ deactivatedAt: DateTime.utc() }).save()
    for (const choice of ['critical', 'none'] as const) {
      const other = await createMember(tenant.team, 'deployer')
      await other.merge({ mailedDeployments: choice }).save()
    }
    const deployment = await end(await deploy(), FAILED, well)
    assert.equal(deployment.state, 'rolled_back')
    assert.isFalse(deployment.critical)
    assert.sameMembers(await told(), [tenant.owner.id, admin.id, deployer.id, granted.id])
    const [{ title, paragraphs, linkPath }] = await notifications()
    assert.equal(title, `${project.name} went back to what was live before`)
    const [head, outcome, why] = paragraphs
    assert.equal(
      head,
      `Deploy ${project.name}, commit ccccccc “Fix the cart”, on ${server.name}, by ${tenant.owner.fullName}.`
    )
    assert.equal(outcome, 'It did not go through. What was live before it is live.')
    assert.include(why, 'Verify through nginx: The site answers with an error through nginx.')
    assert.lengthOf(paragraphs, 3)
    assert.equal(linkPath, `/projects/${project.id}/deployments/${deployment.id}`)
  })

  test('D3: what was live before is not well either, and that is critical', async ({
    assert,
    client,
  }) => {
    const some = await createMember(tenant.team, 'deployer')
    await some.merge({ mailedDeployments: 'critical' }).save()
    const none = await createMember(tenant.team, 'deployer')
    await none.merge({ mailedDeployments: 'none' }).save()
    const deployment = await end(await deploy(), FAILED, unwell)
    assert.equal(deployment.state, 'rolled_back')
    assert.isTrue(deployment.critical)
    assert.sameMembers(await told(), [tenant.owner.id, some.id])
    const [{ title, paragraphs }] = await notifications()
    assert.equal(title, `Critical: ${project.name} may not answer well`)
    const aftermath =
      'Muster went back once to what was live before. That answers 500, too, so nothing more was tried.'
    assert.include(paragraphs, aftermath)
    const page = await client
      .get(`/projects/${project.id}/deployments/${deployment.id}`)
      .loginAs(tenant.owner)
    assert.include(page.text(), aftermath)
    const names = [tenant.owner, some]
      .map(({ fullName }) => fullName)
      .sort()
      .join(' and ')
    assert.include(page.text(), `A mail to ${names} is on its way.`)
  })

  test('D3: what could not be put back is critical, too', async ({ assert }) => {
    const said = { ...well, outcome: 'failed', results: { not_undone: 'start activate' } }
    const deployment = await end(await deploy(), FAILED, said)
    assert.equal(deployment.state, 'failed')
    assert.isTrue(deployment.critical)
    const [{ paragraphs }] = await notifications()
    assert.deepEqual(paragraphs.slice(1, 3), [
      'It did not go through.',
      'What was live before could not be put back whole. The log says where it stopped.',
    ])
  })

  test('what was left of a release that nobody saw is not critical', async ({ assert }) => {
    const said = { outcome: 'failed', results: { not_undone: 'export' } }
    const deployment = await end(await deploy(), FAILED, said)
    assert.isFalse(deployment.critical)
  })

  test('servers that differ are critical, each named with what is there', async ({ assert }) => {
    await placeOn(project, belongings.jumpServer)
    await project.merge({ rollout: 'rolling' }).save()
    const deployment = await deploy()
    const results = { commit: 'c'.repeat(40) }
    await end(deployment, { state: 'succeeded', exitCode: 0 }, { outcome: 'live', results })
    await end(deployment, FAILED, unwell, 1)
    const ended = await row(deployment)
    assert.equal(ended.state, 'partial')
    assert.isTrue(ended.critical)
    const [{ title, paragraphs }] = await notifications()
    assert.equal(title, `Critical: ${project.name} differs by server`)
    assert.include(paragraphs[2], ': Muster went back once')
  })

  test('are told where they failed before the switch, too', async ({ assert }) => {
    const failedStep = { name: 'build', title: 'Build' }
    await end(await deploy(), FAILED, { outcome: 'failed', failedStep, tail: '$ npm ci\nE404\n' })
    const [{ title, paragraphs }] = await notifications()
    assert.equal(title, `${project.name} was not deployed`)
    assert.include(paragraphs[2], 'Build: ')
  })

  test('are told once, whoever ends them', async ({ assert }) => {
    const deployment = await deploy()
    const [{ runId }] = await placesOfDeployment(deployment)
    const [run] = await claim([runId!])
    const ends = await Promise.allSettled([endRun(run, null, FAILED), endRun(run, null, FAILED)])
    assert.lengthOf(
      ends.filter(({ status }) => status === 'fulfilled'),
      1
    )
    assert.deepEqual(await told(), [tenant.owner.id])
  })

  test('well, or because a person said so, are told to nobody', async ({ assert }) => {
    await end(await deploy(), { state: 'succeeded', exitCode: 0 }, { outcome: 'live' })
    await end(await deploy(), { state: 'cancelled' }, { outcome: 'cancelled' })
    assert.isEmpty(await told())
    const cut = { ...unwell, outcome: 'cancelled' }
    const deployment = await end(await deploy(), { state: 'cancelled' }, cut)
    assert.isTrue(deployment.critical)
    assert.deepEqual(await told(), [tenant.owner.id])
  })

  test('say on their page that nobody is mailed without a mail server', async ({
    assert,
    client,
  }) => {
    await setMailServer(null)
    const deployment = await end(await deploy(), FAILED, well)
    assert.isEmpty(await told())
    const path = `/projects/${project.id}/deployments/${deployment.id}`
    const page = async (user: User) => (await client.get(path).loginAs(user)).text()
    assert.include(await page(tenant.owner), 'Nobody is told by mail')
    assert.notInclude(await page(tenant.owner), '/administration/settings/mail')
    const administrator = await createMember(tenant.team, 'viewer')
    await administrator.merge({ administrator: true }).save()
    assert.include(await page(administrator), '/administration/settings/mail')
  })

  test('show on the dashboard until visitors are answered well again', async ({
    assert,
    client,
  }) => {
    const dashboard = async () => (await client.get('/dashboard').loginAs(tenant.owner)).text()
    assert.notInclude(await dashboard(), 'project needs you')
    await end(await deploy(), FAILED, unwell)
    assert.include(await dashboard(), '1 project needs you')
    await end(await deploy(), FAILED, { outcome: 'failed' })
    assert.include(await dashboard(), '1 project needs you', 'a build that fails mends nothing')
    await end(await deploy(), { state: 'succeeded', exitCode: 0 }, { outcome: 'live' })
    assert.notInclude(await dashboard(), 'project needs you')
    await end(await deploy(), FAILED, unwell)
    const { id } = await end(await deploy(), FAILED, unwell)
    assert.include(await dashboard(), '1 project needs you')
    const path = `/projects/${project.id}/deployments/${id}`
    const page = await client.get(path).loginAs(tenant.owner)
    assert.include(page.text(), 'It is well again')
    const said = client.post(`${path}/recovery`).redirects(0).loginAs(tenant.owner)
    await said.withCsrfToken()
    assert.notInclude(await dashboard(), 'project needs you')
    const act = await Activity.within(tenant.scope).orderBy('sequence', 'desc').firstOrFail()
    assert.equal(act.action, 'deployment.well_again')
  })

  test('of people who chose so are not mailed to them', async ({ assert, client }) => {
    const form = { fullName: 'Ada', theme: 'dark', mailedDeployments: 'none' }
    const response = await client
      .put('/account')
      .redirects(0)
      .loginAs(tenant.owner)
      .withCsrfToken()
      .form(form)
    response.assertHeader('location', '/account')
    const stored = await db.from('users').where('id', tenant.owner.id).first()
    assert.equal(stored.mailed_deployments, 'none')
    await end(await deploy(), FAILED, unwell)
    assert.isEmpty(await told())
  })
})
