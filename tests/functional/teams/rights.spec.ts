import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import { abilities, abilityLabels, roleCan, roles, type Ability } from '#app/teams/roles'
import { createMember, createTenant, createUser, type Tenant } from '#tests/support/tenants'

test.group('The page of roles', () => {
  test('says of every right and every role whether it goes, in words', async ({
    assert,
    client,
  }) => {
    const { team } = await createTenant()
    for (const role of roles) {
      const member = await createMember(team, role)
      const page = (await client.get('/team/roles').accept('html').loginAs(member)).text()
      for (const [ability, label] of Object.entries(abilityLabels) as [Ability, string][]) {
        assert.include(page, label)
        const [, row] = new RegExp(`<tr id="${ability}">(.*?)</tr>`, 's').exec(page)!
        const words = [...row.matchAll(/matrix__word">(\w+)</g)].map(([, word]) => word)
        const expected = roles.map((each) => (roleCan(each, ability) ? 'Yes' : 'No'))
        assert.deepEqual(words, expected, ability)
      }
      const own = page.match(/<th[^>]*matrix__role--own[^>]*>[^<]*<span[^>]*>(\w+)</)
      assert.equal(own?.[1], role)
      assert.lengthOf(page.match(/<tr id="/g)!, Object.keys(abilities).length)
    }
  })
})

test.group('Who lacks a right', (group) => {
  let tenant: Tenant

  group.setup(async () => {
    tenant = await createTenant()
  })

  test('is told which, and who of the team can help', async ({ assert, client }) => {
    const admin = await createMember(tenant.team, 'admin')
    const closed = await createMember(tenant.team, 'admin')
    await closed.merge({ deactivatedAt: DateTime.utc() }).save()
    const stranger = await createTenant()
    const viewer = await createMember(tenant.team, 'viewer')
    const response = await client.get('/servers/new').accept('html').loginAs(viewer)
    response.assertStatus(403)
    const page = response.text()
    assert.include(page, 'add, connect, prepare and remove servers')
    assert.include(page, 'servers.manage')
    assert.include(page, 'href="/team/roles"')
    assert.include(page, tenant.owner.fullName)
    assert.include(page, admin.fullName)
    for (const other of [closed, stranger.owner]) assert.notInclude(page, other.fullName)
  })

  test('is sent to owners alone for what owners alone may do', async ({ assert, client }) => {
    const admin = await createMember(tenant.team, 'admin')
    const colleague = await createMember(tenant.team, 'admin')
    const response = await client
      .delete('/team')
      .redirects(0)
      .accept('html')
      .loginAs(admin)
      .withCsrfToken()
    response.assertStatus(403)
    assert.include(response.text(), tenant.owner.fullName)
    assert.notInclude(response.text(), colleague.fullName)
  })

  test('gets the right as JSON', async ({ assert, client }) => {
    const viewer = await createMember(tenant.team, 'viewer')
    const response = await client.get('/servers/new').accept('json').loginAs(viewer)
    response.assertStatus(403)
    const { message, ...rest } = response.body()
    assert.include(message, 'servers.manage')
    assert.deepEqual(rest, { code: 'E_FORBIDDEN', right: 'servers.manage' })
  })

  test('is told of the panel’s administrators without their names', async ({ assert, client }) => {
    const administrator = await createUser({ administrator: true })
    const response = await client.get('/administration/users').accept('html').loginAs(tenant.owner)
    response.assertStatus(403)
    assert.include(response.text(), 'administrators of the panel')
    assert.notInclude(response.text(), administrator.fullName)
  })

  test('sees the page in the theme they chose', async ({ assert, client }) => {
    const viewer = await createMember(tenant.team, 'viewer')
    await viewer.merge({ theme: 'dark' }).save()
    const response = await client.get('/servers/new').accept('html').loginAs(viewer)
    assert.include(response.text(), 'data-theme="dark"')
  })
})
