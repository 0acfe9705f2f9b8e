import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import Notification from '#app/notifications/models/notification'
import { claim } from '#app/runs/claims'
import type Run from '#app/runs/models/run'
import { endRun } from '#app/runs/worker/end_run'
import Grant from '#app/teams/models/grant'
import Membership from '#app/teams/models/membership'
import { setMailServer } from '#tests/support/mail_sink'
import {
  createBulkRun,
  createMember,
  createRun,
  createServer,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'

test.group('T2: runs that are lost', (group) => {
  let tenant: Tenant

  group.each.setup(async () => {
    tenant = await createTenant()
    await setMailServer('127.0.0.1')
    return () => setMailServer(null)
  })

  async function lose({ id }: Run) {
    const [run] = await claim([id])
    await endRun(run, null, { state: 'lost', reason: 'unreachable' })
  }

  const told = async () => {
    const rows = await Notification.within(tenant.scope).orderBy('id')
    return rows.map(({ userId, title, linkPath }) => ({ userId, title, linkPath }))
  }

  test('are told to the person who began them', async ({ assert }) => {
    const deployer = await createMember(tenant.team, 'deployer')
    const server = await createServer(tenant, { name: 'web-1' })
    const run = await createRun(tenant, server, { createdBy: deployer.id, title: 'Clean up' })
    await lose(run)
    const title = 'Clean up on web-1: lost sight of'
    const linkPath = `/runs/${run.id}`
    assert.deepEqual(await told(), [{ userId: deployer.id, title, linkPath }])
    const [{ paragraphs }] = await Notification.within(tenant.scope)
    assert.include(
      paragraphs.join('\n'),
      'could not be reached until the run was past its deadline'
    )
  })

  test('are told to those who manage servers when that person does not see them any more', async ({
    assert,
  }) => {
    const admin = await createMember(tenant.team, 'admin')
    await createMember(tenant.team, 'deployer')
    const restricted = await createMember(tenant.team, 'deployer', true)
    const [server, other] = [await createServer(tenant), await createServer(tenant)]
    const { id: membershipId } = await Membership.within(tenant.scope)
      .where('user_id', restricted.id)
      .firstOrFail()
    const teamId = tenant.team.id
    await Grant.create({ teamId, membershipId, serverId: other.id, projectId: null })
    await lose(await createRun(tenant, other, { createdBy: restricted.id }))
    assert.deepEqual(
      (await told()).map(({ userId }) => userId),
      [restricted.id]
    )
    await lose(await createRun(tenant, server, { createdBy: restricted.id }))
    const managers = [tenant.owner.id, admin.id]
    assert.sameMembers(
      (await told()).slice(1).map(({ userId }) => userId),
      managers
    )
  })

  test('are told to those who manage servers when nobody began them', async ({ assert }) => {
    await lose(await createRun(tenant, await createServer(tenant), { createdBy: null }))
    assert.deepEqual(
      (await told()).map(({ userId }) => userId),
      [tenant.owner.id]
    )
  })

  test('of one kind are told once in an hour', async ({ assert }) => {
    const server = await createServer(tenant)
    for (let count = 0; count < 3; count++) await lose(await createRun(tenant, server))
    assert.lengthOf(await told(), 1)
    await lose(await createRun(tenant, server, { kind: 'project.processes' }))
    assert.lengthOf(await told(), 2)
    await db.from('notifications').update({ created_at: Date.now() - 61 * 60_000 })
    await lose(await createRun(tenant, server))
    assert.lengthOf(await told(), 3)
  })

  test('of one bulk run are told once', async ({ assert }) => {
    const servers = [await createServer(tenant), await createServer(tenant)]
    const input = { bulkRunId: '' }
    const runs = await Promise.all(
      servers.map((server) => createRun(tenant, server, { kind: 'script.run', input }))
    )
    const bulkRun = await createBulkRun(tenant, servers, { runs })
    for (const run of runs) await lose(await run.merge({ input: { bulkRunId: bulkRun.id } }).save())
    const [only, ...others] = await told()
    assert.isEmpty(others)
    assert.equal(only.linkPath, `/bulk-runs/${bulkRun.id}`)
  })

  test('that only somebody who looks on would miss are told to nobody', async ({ assert }) => {
    const server = await createServer(tenant)
    for (const kind of ['project.journal', 'repository.read', 'deployment.look']) {
      await lose(await createRun(tenant, server, { kind }))
    }
    assert.isEmpty(await told())
  })

  test('and those that end in another way are told to nobody', async ({ assert }) => {
    const [run] = await claim([(await createRun(tenant, await createServer(tenant))).id])
    await endRun(run, null, { state: 'failed', exitCode: 1 })
    assert.isEmpty(await told())
  })
})
