import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import limiter from '@adonisjs/limiter/services/main'
import { DateTime } from 'luxon'
import Activity from '#app/activity/models/activity'
import { hashOfInvitation } from '#app/members/invitation_token'
import Invitation from '#app/members/models/invitation'
import PanelSettings from '#app/settings/models/panel_settings'
import Membership from '#app/teams/models/membership'
import User from '#app/users/models/user'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import { startMailSink, useMailSink, type MailSinkOptions } from '#tests/support/mail_sink'
import {
  createInvitation,
  createMember,
  createTenant,
  createUser,
  PASSWORD,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor, type Fields } from '#tests/support/visitor'

const form: Fields = { email: 'Grace@Example.com', role: 'deployer', sees: 'everything' }
const account: Fields = { fullName: 'Grace Hopper', password: PASSWORD }

async function signedIn(user: Pick<User, 'email'>) {
  const visitor = new Visitor()
  await visitor.logIn(user)
  return visitor
}

/** The link as the page shows it, or undefined. */
const linkIn = (page: string) => /http:[^\s<>"]+\/invitations\/[\w-]{43}/.exec(page)?.[0]

const teamsOf = async (user: Pick<User, 'id'>) => {
  const places = await Membership.query().where('user_id', user.id)
  return places.map(({ teamId, role, restricted }) => ({ teamId, role, restricted }))
}

test.group('Inviting', (group) => {
  let tenant: Tenant
  let owner: Visitor

  group.each.setup(async () => {
    tenant = await createTenant()
    owner = await signedIn(tenant.owner)
  })
  group.each.teardown(async () => {
    await User.query().where('email', 'grace@example.com').delete()
  })

  /** Invites by the form and gives the link as the next page shows it. */
  async function invite(visitor: Visitor, values: Fields = {}) {
    await visitor.get('/team/invitations/new')
    await visitor.post('/team/invitations', { ...form, ...values })
    return linkIn(await (await visitor.get('/team')).text())
  }

  test('shows a link once, and keeps only its hash', async ({ assert }) => {
    const link = await invite(owner)
    assert.isDefined(link)
    const token = link!.split('/').at(-1)!
    const again = await (await owner.get('/team')).text()
    assert.include(again, 'grace@example.com')
    assert.notInclude(again, token)
    const rows = await db.from('team_invitations').where('team_id', tenant.team.id)
    assert.notInclude(JSON.stringify(rows), token)
    assert.equal(rows[0].token_hash, hashOfInvitation(token))
    const act = await Activity.within(tenant.scope).orderBy('sequence', 'desc').firstOrFail()
    assert.equal(act.action, 'member.invited')
    assert.notInclude(JSON.stringify(act), token)
  })

  test('leads to where the settings say the panel is, whatever the request said', async ({
    assert,
  }) => {
    const settings = await PanelSettings.findOrFail('panel')
    await settings.merge({ baseUrl: 'http://panel.example.com' }).save()
    try {
      const link = await invite(owner)
      assert.match(link!, /^http:\/\/panel\.example\.com\/invitations\//)
    } finally {
      await settings.merge({ baseUrl: null }).save()
    }
  })

  test('again replaces the invitation before', async ({ assert }) => {
    const first = await invite(owner)
    const second = await invite(owner, { email: 'GRACE@example.com', role: 'viewer' })
    assert.lengthOf(await Invitation.within(tenant.scope), 1)
    const visitor = new Visitor()
    assert.equal((await visitor.get(new URL(first!).pathname)).status, 404)
    assert.equal((await visitor.get(new URL(second!).pathname)).status, 200)
  })

  test('is refused for a member, a role above one’s own, and an owner who sees less', async ({
    assert,
  }) => {
    const admin = await createMember(tenant.team, 'admin')
    const visitor = await signedIn(admin)
    const before = await databaseSnapshot()
    assert.isUndefined(await invite(visitor, { role: 'owner' }))
    assert.isUndefined(await invite(visitor, { email: tenant.owner.email.toUpperCase() }))
    assert.isUndefined(await invite(visitor, { role: 'admin', sees: 'granted' }))
    assert.deepEqual(await databaseSnapshot(), before)
    assert.isDefined(await invite(visitor, { role: 'admin' }))
    assert.isDefined(await invite(owner, { role: 'owner' }))
  })

  test('is taken back, and the link with it', async ({ assert }) => {
    const link = await invite(owner)
    const { id } = await Invitation.within(tenant.scope).firstOrFail()
    await owner.post(`/team/invitations/${id}?_method=DELETE`)
    assert.equal((await new Visitor().get(new URL(link!).pathname)).status, 404)
    const act = await Activity.within(tenant.scope).orderBy('sequence', 'desc').firstOrFail()
    assert.equal(act.action, 'invitation.revoked')
    const foreign = await createInvitation(await createTenant())
    const refused = await owner.post(`/team/invitations/${foreign.invitation.id}?_method=DELETE`)
    assert.equal(refused.status, 404)
  })

  for (const [title, options] of [
    ['goes out by mail too', {}],
    ['says so when the mail does not go out', { refuse: { recipient: '550 5.1.1 No such user' } }],
  ] as [string, MailSinkOptions][]) {
    test(title, async ({ assert, cleanup }) => {
      const sink = await startMailSink(options)
      const settings = await useMailSink(sink)
      cleanup(async () => {
        await settings.merge({ smtpHost: null, smtpPort: null, mailFrom: null }).save()
        await sink.stop()
      })
      await owner.get('/team/invitations/new')
      await owner.post('/team/invitations', form)
      const page = await (await owner.get('/team')).text()
      const link = linkIn(page)
      assert.isDefined(link)
      if (options.refuse) {
        assert.include(page, 'did not go out')
        assert.include(page, '550 5.1.1 No such user')
        assert.lengthOf(sink.messages, 0)
      } else {
        assert.include(page, 'on its way')
        assert.deepEqual(sink.messages[0].to, ['grace@example.com'])
        assert.include(sink.messages[0].text, link!)
      }
    })
  }
})

test.group('Accepting an invitation', (group) => {
  let tenant: Tenant

  group.each.setup(async () => {
    await limiter.clear()
    tenant = await createTenant()
  })

  test('takes someone who is signed in into the team, as they were invited', async ({ assert }) => {
    const user = await createUser()
    const { text } = await createInvitation(tenant, {
      ...{ email: user.email, role: 'deployer', restricted: true },
    })
    const visitor = await signedIn(user)
    const page = await (await visitor.get(`/invitations/${text}`)).text()
    assert.include(page, tenant.team.name)
    assert.include(page, tenant.owner.fullName)
    const response = await visitor.post(`/invitations/${text}`)
    assert.equal(response.headers.get('location'), '/dashboard')
    const place = { teamId: tenant.team.id, role: 'deployer', restricted: true }
    assert.deepEqual(await teamsOf(user), [place])
    assert.include(await (await visitor.get('/dashboard')).text(), tenant.team.name)
    const act = await Activity.within(tenant.scope).orderBy('sequence', 'desc').firstOrFail()
    assert.equal(act.action, 'member.joined')
    assert.equal(act.actorId, user.id)
  })

  test('works once', async ({ assert }) => {
    const { invitation, text } = await createInvitation(tenant)
    const visitor = new Visitor()
    await visitor.get(`/invitations/${text}`)
    await visitor.post(`/invitations/${text}/account`, account)
    const user = await User.findByOrFail('email', invitation.email)
    assert.lengthOf(await teamsOf(user), 1)
    assert.equal((await visitor.get(`/invitations/${text}`)).status, 404)
    await Membership.query().where('user_id', user.id).delete()
    assert.equal((await visitor.post(`/invitations/${text}`)).status, 404)
    assert.lengthOf(await teamsOf(user), 0)
  })

  test('twice at once makes one member', async ({ assert }) => {
    const user = await createUser()
    const { text } = await createInvitation(tenant, { email: user.email })
    const visitors = await Promise.all([signedIn(user), signedIn(user), signedIn(user)])
    const responses = await Promise.all(visitors.map((each) => each.post(`/invitations/${text}`)))
    assert.lengthOf(await teamsOf(user), 1)
    assert.sameMembers(
      responses.map(({ status }) => status),
      [302, 404, 404]
    )
  })

  test('twice at once makes one account', async ({ assert }) => {
    const { invitation, text } = await createInvitation(tenant)
    const visitors = [new Visitor(), new Visitor(), new Visitor()]
    for (const visitor of visitors) await visitor.get(`/invitations/${text}`)
    await Promise.all(visitors.map((each) => each.post(`/invitations/${text}/account`, account)))
    const users = await User.query().where('email', invitation.email)
    assert.lengthOf(users, 1)
    assert.lengthOf(await teamsOf(users[0]), 1)
  })

  test('is for its address alone', async ({ assert }) => {
    const other = await createUser()
    const { invitation, text } = await createInvitation(tenant)
    const visitor = await signedIn(other)
    const page = await (await visitor.get(`/invitations/${text}`)).text()
    assert.include(page, 'for someone else')
    assert.include(page, 'action="/logout"')
    const before = await databaseSnapshot()
    assert.equal((await visitor.post(`/invitations/${text}`)).status, 404)
    assert.equal(
      (await visitor.post(`/invitations/${text}/account`, account)).headers.get('location'),
      '/dashboard'
    )
    assert.deepEqual(await databaseSnapshot(), before)
    assert.equal((await new Visitor().get(`/invitations/${text}`)).status, 200)
    assert.isNull(await User.findBy('email', invitation.email))
  })

  test('makes an account with the address of the invitation and no other', async ({ assert }) => {
    const { invitation, text } = await createInvitation(tenant, { role: 'admin' })
    const visitor = new Visitor()
    const page = await visitor.get(`/invitations/${text}`)
    assert.equal(page.headers.get('referrer-policy'), 'same-origin')
    const refused = await visitor.post(
      `/invitations/${text}/account`,
      { ...account, password: 'short' },
      { headers: { referer: `${process.env.APP_URL}/invitations/${text}` } }
    )
    assert.equal(
      new URL(refused.headers.get('location')!, 'http://x').pathname,
      `/invitations/${text}`
    )
    const response = await visitor.post(`/invitations/${text}/account`, {
      ...{ ...account, email: 'mallory@example.com', role: 'owner' },
    })
    assert.equal(response.headers.get('location'), '/dashboard')
    assert.isNull(await User.findBy('email', 'mallory@example.com'))
    const user = await User.findByOrFail('email', invitation.email)
    assert.deepEqual(await teamsOf(user), [
      { teamId: tenant.team.id, role: 'admin', restricted: false },
    ])
    assert.isFalse(user.administrator)
    assert.equal((await visitor.get('/team')).status, 200)
  })

  test('asks who has an account to log in, and leads back', async ({ assert }) => {
    const user = await createUser()
    const { text } = await createInvitation(tenant, { email: user.email })
    const visitor = new Visitor()
    const page = await (await visitor.get(`/invitations/${text}`)).text()
    assert.include(page, 'has an account')
    const before = await databaseSnapshot()
    const refused = await visitor.post(`/invitations/${text}/account`, account)
    assert.equal(refused.headers.get('location'), `/invitations/${text}`)
    assert.deepEqual(await databaseSnapshot(), before)
    const response = await visitor.post('/login', { email: user.email, password: PASSWORD })
    assert.equal(response.headers.get('location'), `/invitations/${text}`)
  })

  const endings: [string, (invitation: Invitation) => Promise<unknown>][] = [
    [
      'that has expired',
      (each) => each.merge({ expiresAt: DateTime.utc().minus({ seconds: 1 }) }).save(),
    ],
    ['that was revoked', (each) => each.delete()],
    [
      'whose inviter may not invite any more',
      (each) =>
        Membership.within(each).where('user_id', each.invitedBy).update({ role: 'deployer' }),
    ],
    [
      'whose inviter has less than it gives',
      async (each) => {
        await each.merge({ role: 'owner' }).save()
        await Membership.within(each).where('user_id', each.invitedBy).update({ role: 'admin' })
      },
    ],
    [
      'whose inviter is no longer in the team',
      (each) => Membership.within(each).where('user_id', each.invitedBy).delete(),
    ],
    [
      'whose inviter was deactivated',
      (each) => User.query().where('id', each.invitedBy).update({ deactivatedAt: Date.now() }),
    ],
  ]
  test('an invitation {0} leads nowhere, to anyone')
    .with(endings)
    .run(async ({ assert }, [, end]) => {
      const inviter = await createMember(tenant.team, 'owner')
      const user = await createUser()
      const { invitation, text } = await createInvitation(tenant, {
        ...{ email: user.email, invitedBy: inviter.id },
      })
      const visitor = await signedIn(user)
      assert.equal((await visitor.get(`/invitations/${text}`)).status, 200)
      await end(invitation)
      const unknown = await (await visitor.get(`/invitations/${'x'.repeat(43)}`)).text()
      const shown = await visitor.get(`/invitations/${text}`)
      assert.equal(shown.status, 404)
      const bare = (page: string) => page.replace(/nonce="[^"]*"|value="[^"]*"/g, '')
      assert.equal(bare(await shown.text()), bare(unknown))
      assert.equal((await visitor.post(`/invitations/${text}`)).status, 404)
      const stranger = new Visitor()
      assert.equal((await stranger.post(`/invitations/${text}/account`, account)).status, 404)
      assert.deepEqual(await teamsOf(user), [])
    })

  test('links that lead nowhere are counted, and then no link is looked up', async ({ assert }) => {
    const { text } = await createInvitation(tenant)
    const visitor = new Visitor()
    for (let number = 10; number < 40; number++) {
      await visitor.get(`/invitations/${'x'.repeat(41)}${number}`)
      if (number < 38) continue
      assert.equal(
        (await new Visitor().get(`/invitations/${text}`)).status,
        number < 39 ? 200 : 404
      )
    }
  })
})
