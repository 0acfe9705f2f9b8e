import { test } from '@japa/runner'
import { BaseModel } from '@adonisjs/lucid/orm'
import { TenantModel } from '#app/core/database/tenant_model'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import Invitation from '#app/members/models/invitation'
import GitHost from '#app/projects/models/git_host'
import Project from '#app/projects/models/project'
import ProjectVariable from '#app/projects/models/project_variable'
import Run from '#app/runs/models/run'
import Server from '#app/servers/models/server'
import { createBelongings, createServer, createTenant } from '#tests/support/tenants'

const models = [Deployment, GitHost, Invitation, Project, ProjectVariable, Release, Run, Server]
const named = models.map((model) => ({ name: model.name, model }))

test.group('What belongs to teams', () => {
  test('{name} is a model of teams')
    .with(named)
    .run(({ assert }, { model }) => {
      assert.isTrue(model.prototype instanceof TenantModel)
      assert.isTrue(model.prototype instanceof BaseModel)
    })

  test('{name} is not queried without saying for whom')
    .with(named)
    .run(async ({ assert }, { model }) => {
      assert.throws(() => model.query(), /belongs to teams/)
      const roads: (() => Promise<unknown>)[] = [
        () => model.all(),
        () => model.first(),
        () => model.find('x'),
        () => model.findOrFail('x'),
        () => model.findBy('id', 'x'),
        () => model.findManyBy('id', 'x'),
        () => model.findMany(['x']),
        () => model.firstOrCreate({ id: 'x' }),
        () => model.updateOrCreate({ id: 'x' }, {}),
      ]
      for (const road of roads) {
        await assert.rejects(async () => road(), /belongs to teams/)
      }
    })

  test('{name} is seen within its team only')
    .with(named)
    .run(async ({ assert }, { model }) => {
      const [one, other] = [await createTenant(), await createTenant()]
      await createBelongings(one)
      await createBelongings(other)
      const rows = await model.within(one.scope)
      assert.isAbove(rows.length, 0)
      for (const row of rows) assert.equal(row.teamId, one.team.id)
    })

  test('conditions cannot widen what is seen', async ({ assert }) => {
    const [one, other] = [await createTenant(), await createTenant()]
    await createServer(one)
    const theirs = await createServer(other)
    const rows = await Server.within(one.scope).where((query) =>
      query.where('id', theirs.id).orWhere('team_id', other.team.id)
    )
    assert.lengthOf(rows, 0)
  })

  test('machinery that acts for all teams sees all of them', async ({ assert }) => {
    const [one, other] = [await createTenant(), await createTenant()]
    const ids = [await createServer(one), await createServer(other)].map(({ id }) => id)
    const rows = await Server.acrossTeams().whereIn('id', ids)
    assert.lengthOf(rows, 2)
  })

  test('changes of a row that was found stay with it', async ({ assert }) => {
    const tenant = await createTenant()
    const server = await createServer(tenant)
    const bystander = await createServer(tenant)
    const found = await Server.within(tenant.scope).where('id', server.id).firstOrFail()
    await found.merge({ name: 'renamed' }).save()
    await found.refresh()
    assert.equal(found.name, 'renamed')
    await found.delete()
    const left = await Server.within(tenant.scope)
    assert.deepEqual(
      left.map(({ id }) => id),
      [bystander.id]
    )
  })
})
