import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import ApiToken from '#app/api_tokens/models/api_token'
import Membership from '#app/teams/models/membership'
import type { Role } from '#app/teams/roles'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import {
  createBelongings,
  createMember,
  createProject,
  createTenant,
  createToken,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor, type Fields } from '#tests/support/visitor'

const fields: Fields = { 'name': 'CI', 'abilities[]': ['projects.view'], 'lifetimeDays': '90' }

/** What the API says to a token. */
async function ask(text: string, path = '/token', method = 'GET') {
  const response = await fetch(`${process.env.APP_URL}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${text}`, accept: 'text/html' },
  })
  const answer = await response.text()
  return { status: response.status, headers: response.headers, body: JSON.parse(answer) }
}

async function signedIn(user: { email: string }) {
  const visitor = new Visitor()
  await visitor.logIn(user)
  return visitor
}

/** Makes a token by the form and gives its text as the next page shows it. */
async function make(visitor: Visitor, values: Fields = {}) {
  await visitor.post('/team/tokens', { ...fields, ...values })
  const page = await (await visitor.get('/team/tokens')).text()
  return /muster_[\w-]{43}/.exec(page)?.[0]
}

test.group('API tokens', (group) => {
  let tenant: Tenant
  let belongings: Belongings

  group.setup(async () => {
    tenant = await createTenant()
    belongings = await createBelongings(tenant)
    await belongings.passkey.delete()
  })

  test('are shown once and kept as a hash', async ({ assert }) => {
    const visitor = await signedIn(tenant.owner)
    const text = await make(visitor)
    assert.isDefined(text)
    const again = await (await visitor.get('/team/tokens')).text()
    assert.notInclude(again, text!)
    assert.include(again, text!.slice(-4))
    const rows = JSON.stringify(await db.from('api_tokens').where('team_id', tenant.team.id))
    assert.notInclude(rows, text!)
    assert.equal((await ask(text!)).status, 200)
  })

  test('can do what they were given and nothing more', async ({ assert }) => {
    const text = await make(await signedIn(tenant.owner), { 'abilities[]': ['projects.view'] })
    const { body } = await ask(text!)
    assert.deepEqual(body.abilities, ['team.view', 'projects.view'])
    assert.equal((await ask(text!, '/projects')).status, 200)
    const refused = await ask(text!, '/servers')
    assert.equal(refused.status, 403)
    assert.include(JSON.stringify(refused.body), 'servers.view')
  })

  test('can do no more than their maker can now', async ({ assert }) => {
    const member = await createMember(tenant.team, 'admin')
    const { text } = await createToken(member, tenant.team)
    const path = `/projects/${belongings.project.id}/deployments`
    assert.equal((await ask(text, path, 'POST')).status, 202)
    const become = (role: Role) => Membership.query().where('user_id', member.id).update({ role })
    await become('deployer')
    assert.notInclude((await ask(text)).body.abilities, 'servers.manage')
    assert.equal((await ask(text, path, 'POST')).status, 202)
    await become('viewer')
    assert.equal((await ask(text, '/projects')).status, 401)
  })

  test('are given nothing that their maker lacks', async ({ assert }) => {
    const deployer = await signedIn(await createMember(tenant.team, 'deployer'))
    const before = await databaseSnapshot()
    assert.isUndefined(await make(deployer, { 'abilities[]': ['servers.manage'] }))
    assert.isUndefined(await make(deployer, { 'abilities[]': ['team.manage'] }))
    assert.deepEqual(await databaseSnapshot(), before)
    assert.isDefined(await make(deployer, { 'abilities[]': ['projects.deploy'] }))
  })

  test('of one project see that project only', async ({ assert }) => {
    const other = await createProject(tenant, belongings.server)
    const text = await make(await signedIn(tenant.owner), {
      'projectId': belongings.project.id,
      'abilities[]': ['projects.view', 'projects.deploy', 'servers.view'],
    })
    const { body } = await ask(text!, '/projects')
    assert.deepEqual(
      body.projects.map(({ id }: { id: string }) => id),
      [belongings.project.id]
    )
    assert.equal((await ask(text!, `/projects/${other.id}`)).status, 404)
    assert.equal((await ask(text!, `/projects/${other.id}/deployments`, 'POST')).status, 404)
    assert.deepEqual((await ask(text!, '/servers')).body.servers, [])
  })

  test('are not made for a project of another team', async ({ assert }) => {
    const stranger = await createTenant()
    const foreign = await createBelongings(stranger)
    const visitor = await signedIn(tenant.owner)
    assert.isUndefined(await make(visitor, { projectId: foreign.project.id }))
  })

  test('of one project see nothing once their maker does not see it', async ({ assert }) => {
    const member = await createMember(tenant.team, 'deployer')
    const { text } = await createToken(member, tenant.team, { projectId: belongings.project.id })
    const path = `/projects/${belongings.project.id}`
    assert.equal((await ask(text, path)).status, 200)
    await Membership.query().where('user_id', member.id).update({ restricted: true })
    assert.equal((await ask(text, path)).status, 404)
  })

  test('end by age', async ({ assert }) => {
    const expiresAt = DateTime.utc().plus({ minutes: 1 })
    const { text, token } = await createToken(tenant.owner, tenant.team, { expiresAt })
    assert.equal((await ask(text)).status, 200)
    await token.merge({ expiresAt: DateTime.utc().minus({ seconds: 1 }) }).save()
    assert.equal((await ask(text)).status, 401)
  })

  test('note when and from where they were used', async ({ assert }) => {
    const { text, token } = await createToken(tenant.owner, tenant.team, {
      lastUsedAt: null,
      lastUsedAddress: null,
    })
    await ask(text)
    const used = await ApiToken.within(tenant.scope).where('id', token.id).firstOrFail()
    assert.isNotNull(used.lastUsedAt)
    assert.equal(used.lastUsedAddress, '127.0.0.1')
  })

  test('S9: end on the request after they are revoked', async ({ assert }) => {
    const { text, token } = await createToken(tenant.owner, tenant.team)
    assert.equal((await ask(text)).status, 200)
    const visitor = await signedIn(tenant.owner)
    await visitor.post(`/team/tokens/${token.id}?_method=DELETE`)
    assert.equal((await ask(text)).status, 401)
  })

  test('S9: end with the membership, and with the account, of their maker', async ({ assert }) => {
    const gone = await createMember(tenant.team, 'admin')
    const left = await createToken(gone, tenant.team)
    await Membership.query().where('user_id', gone.id).delete()
    assert.equal((await ask(left.text)).status, 401)

    const closed = await createMember(tenant.team, 'admin')
    const deactivated = await createToken(closed, tenant.team)
    await closed.merge({ deactivatedAt: DateTime.utc() }).save()
    assert.equal((await ask(deactivated.text)).status, 401)
  })

  test('S9: end with the team', async ({ assert }) => {
    const other = await createTenant()
    const { text } = await createToken(other.owner, other.team)
    assert.equal((await ask(text)).status, 200)
    await other.team.delete()
    assert.equal((await ask(text)).status, 401)
  })

  test('are seen and ended by their maker and by who manages the team', async ({ assert }) => {
    const deployer = await createMember(tenant.team, 'deployer')
    const { token } = await createToken(deployer, tenant.team, { name: 'of the deployer' })
    const own = await (await (await signedIn(deployer)).get('/team/tokens')).text()
    assert.include(own, 'of the deployer')
    assert.notInclude(own, belongings.token.name)
    const other = await signedIn(await createMember(tenant.team, 'deployer'))
    assert.notInclude(await (await other.get('/team/tokens')).text(), 'of the deployer')
    assert.equal((await other.post(`/team/tokens/${token.id}?_method=DELETE`)).status, 404)
    const admin = await signedIn(await createMember(tenant.team, 'admin'))
    assert.equal((await admin.post(`/team/tokens/${token.id}?_method=DELETE`)).status, 302)
    assert.isNull(await ApiToken.within(tenant.scope).where('id', token.id).first())
  })

  test('open no page, and a session opens no API', async ({ assert }) => {
    const { text } = await createToken(tenant.owner, tenant.team)
    const headers = { authorization: `Bearer ${text}` }
    const page = await new Visitor().get('/servers', { headers })
    assert.equal(page.headers.get('location'), '/login')
    const visitor = await signedIn(tenant.owner)
    assert.equal((await visitor.get('/api/v1/servers')).status, 401)
  })

  test('written as {$self} are refused')
    .with([
      '',
      'Bearer',
      'Bearer ',
      'Bearer muster_',
      'Basic bXVzdGVyOg==',
      `Bearer  muster_${'x'.repeat(43)}`,
      `Bearer muster_${'x'.repeat(43)}`,
      `Bearer muster_${'x'.repeat(43)} more`,
      `muster_${'x'.repeat(43)}`,
    ])
    .run(async ({ assert }, authorization) => {
      const response = await fetch(`${process.env.APP_URL}/api/v1/token`, {
        headers: authorization ? { authorization } : {},
      })
      assert.equal(response.status, 401)
      assert.equal(response.headers.get('www-authenticate'), 'Bearer')
    })

  test('are on record with who made and who ended them', async ({ assert }) => {
    const visitor = await signedIn(tenant.owner)
    await make(visitor, { name: 'on record' })
    const token = await ApiToken.within(tenant.scope).where('name', 'on record').firstOrFail()
    await visitor.post(`/team/tokens/${token.id}?_method=DELETE`)
    const rows = await db.from('activities').where('subject_id', token.id).orderBy('sequence')
    assert.deepEqual(
      rows.map(({ action, actor_id: actor }) => [action, actor]),
      [
        ['api_token.created', tenant.owner.id],
        ['api_token.revoked', tenant.owner.id],
      ]
    )
  })
})
