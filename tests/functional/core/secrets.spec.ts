import { test } from '@japa/runner'
import encryption from '@adonisjs/core/services/encryption'
import db from '@adonisjs/lucid/services/db'
import Project from '#app/projects/models/project'
import ProjectVariable from '#app/projects/models/project_variable'
import Server from '#app/servers/models/server'
import { roles } from '#app/teams/roles'
import type User from '#app/users/models/user'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { flashed } from '#tests/support/flashed'
import { allRoutes, pathOf } from '#tests/support/route_catalogue'
import {
  createBelongings,
  createMember,
  createTenant,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'
import { formsOf } from '#tests/support/written_forms'

test.group('Secrets', (group) => {
  let tenant: Tenant
  let belongings: Belongings
  let people: User[]

  group.setup(async () => {
    tenant = await createTenant()
    belongings = await createBelongings(tenant)
    const members = await Promise.all(roles.map((role) => createMember(tenant.team, role)))
    const administrator = await createMember(tenant.team, 'viewer')
    await administrator.merge({ administrator: true }).save()
    people = [tenant.owner, ...members, administrator]
  })
  group.each.setup(() => swapServerRemotes()[1])

  test('S3: are never in the answer to GET {pattern}, whatever the role')
    .with(() => allRoutes().filter(({ method }) => method === 'GET'))
    .run(async ({ assert, client }, route) => {
      const path = pathOf(route, belongings)
      for (const person of people) {
        for (const type of ['text/html', 'application/json']) {
          const response = await client.get(path).redirects(0).accept(type).loginAs(person)
          const answer = JSON.stringify(response.headers()) + (response.text() ?? '')
          for (const secret of Object.values(belongings.canaries)) {
            for (const form of formsOf(secret)) assert.notInclude(answer, form)
          }
        }
      }
    })

  test('are not given back by the form they were refused in', async ({ assert, client }) => {
    const { id } = belongings.project
    const refused = await client
      .post(`/projects/${id}/variables`)
      .redirects(0)
      .loginAs(tenant.owner)
      .withCsrfToken()
      .form({ key: 'not a key', value: 'CANARY-TYPED-VALUE' })
    refused.assertStatus(302)
    assert.notInclude(JSON.stringify(flashed(refused)), 'CANARY-TYPED-VALUE')

    const connect = await client
      .post(`/servers/${belongings.unconfirmedServer.id}/connect`)
      .redirects(0)
      .loginAs(tenant.owner)
      .withCsrfToken()
      .form({ fingerprint: 'SHA256:no', password: 'CANARY-TYPED-PASSWORD' })
    connect.assertStatus(302)
    assert.notInclude(JSON.stringify(flashed(connect)), 'CANARY-TYPED-PASSWORD')
  })

  test('come back whole to the machinery that needs them', async ({ assert }) => {
    const { canaries, server, project, variable } = belongings
    const storedServer = await Server.acrossTeams().where('id', server.id).firstOrFail()
    const storedProject = await Project.acrossTeams().where('id', project.id).firstOrFail()
    const storedVariable = await ProjectVariable.acrossTeams().where('id', variable.id).first()
    assert.equal(storedServer.privateKey.reveal(), canaries.privateKey)
    assert.equal(storedProject.deployKey!.reveal(), canaries.deployKey)
    assert.equal(storedVariable!.value.reveal(), canaries.variable)
  })

  test('do not print, whole models included', async ({ assert }) => {
    const { inspect } = await import('node:util')
    const { canaries, server, project, variable } = belongings
    const rows = [
      await Server.acrossTeams().where('id', server.id).firstOrFail(),
      await Project.acrossTeams().where('id', project.id).firstOrFail(),
      await ProjectVariable.acrossTeams().where('id', variable.id).firstOrFail(),
    ]
    for (const row of rows) {
      const forms = [
        JSON.stringify(row),
        JSON.stringify(row.serialize()),
        inspect(row, { depth: 6 }),
      ]
      for (const secret of Object.values(canaries)) {
        for (const form of forms) assert.notInclude(form, secret)
      }
    }
  })

  test('moved to another column are refused, not read', async ({ assert }) => {
    const other = await createBelongings(tenant)
    const { private_key: moved } = await db.from('servers').where('id', other.server.id).first()
    await db.from('project_variables').where('id', other.variable.id).update({ value: moved })
    await assert.rejects(
      () => ProjectVariable.acrossTeams().where('id', other.variable.id).first(),
      /cannot be decrypted/
    )
  })

  test('changed where they are stored are refused, not read', async ({ assert }) => {
    const other = await createBelongings(tenant)
    const { private_key: stored } = await db.from('servers').where('id', other.server.id).first()
    const middle = Math.floor(stored.length / 2)
    const flipped = stored[middle] === 'A' ? 'B' : 'A'
    const changed = stored.slice(0, middle) + flipped + stored.slice(middle + 1)
    await db.from('servers').where('id', other.server.id).update({ private_key: changed })
    await assert.rejects(
      () => Server.acrossTeams().where('id', other.server.id).first(),
      /cannot be decrypted/
    )
  })

  test('are not readable with the key of the cookies', async ({ assert }) => {
    const { value } = await db
      .from('project_variables')
      .where('id', belongings.variable.id)
      .firstOrFail()
    assert.isNull(encryption.use('app').decrypt(value, 'project variable'))
    assert.isNull(encryption.use('secrets').decrypt(value))
    assert.deepEqual(encryption.use('secrets').decrypt(value, 'project variable'), {
      text: belongings.canaries.variable,
    })
  })

  test('of the same text are stored differently', async ({ assert }) => {
    const rows = await db
      .from('servers')
      .whereIn('id', [belongings.server.id, belongings.unconfirmedServer.id])
    assert.notEqual(rows[0].private_key, rows[1].private_key)
  })
})
