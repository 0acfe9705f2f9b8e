import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { Secret } from '#engine/shell/secret'
import Activity from '#app/activity/models/activity'
import { commandOrigin, type Origin } from '#app/activity/origin'
import ChangeAdministrator from '#app/administration/actions/change_administrator'
import DeactivatePerson from '#app/administration/actions/deactivate_person'
import ApiToken from '#app/api_tokens/models/api_token'
import Passkey from '#app/auth/models/passkey'
import RecoveryCode from '#app/auth/models/recovery_code'
import SignIn from '#app/auth/models/sign_in'
import { issueRecoveryCodes } from '#app/auth/second_factor/recovery_codes'
import Membership from '#app/teams/models/membership'
import User from '#app/users/models/user'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { startMailSink, useMailSink } from '#tests/support/mail_sink'
import { createSignIn } from '#tests/support/signed_in'
import {
  createBelongings,
  createMember,
  createPasskey,
  createTenant,
  createToken,
  createUser,
} from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

const originOf = (user: User): Origin => ({
  actor: { kind: 'user', id: user.id, name: user.fullName },
  ...{ teamId: null, address: '127.0.0.1', requestId: null },
})

const reload = (user: User) => User.findOrFail(user.id)

test.group('People of the panel', (group) => {
  group.setup(() => emptyDatabase())
  let administrator: User
  let visitor: Visitor

  group.each.setup(async () => {
    // Those of other tests are none here, so that it is known who the last one is.
    await User.query().where('administrator', true).update({ administrator: false })
    administrator = await createUser({ administrator: true, fullName: 'Ada Lovelace' })
    visitor = new Visitor()
    await visitor.logIn(administrator)
  })

  const pathOf = (user: User, what = '') => `/administration/users/${user.id}${what}`

  /** Does something to a person and gives the page of them that comes after. */
  async function act(user: User, what: string, method = 'POST', fields = {}): Promise<string> {
    const referer = `${process.env.APP_URL}${pathOf(user)}`
    await visitor.post(`${pathOf(user, what)}?_method=${method}`, fields, { headers: { referer } })
    return (await visitor.get(pathOf(user))).text()
  }

  const lastActivity = () => Activity.acrossTeams().orderBy('sequence', 'desc').firstOrFail()

  test('leave no team without an owner when they are deactivated', async ({ assert }) => {
    const { team, owner } = await createTenant()
    await createMember(team, 'deployer')
    const heir = await createMember(team, 'admin')
    await createMember(team, 'admin')
    const alone = await createTenant()
    await Membership.create({ teamId: alone.team.id, userId: owner.id, role: 'owner' })

    await new DeactivatePerson().handle(originOf(administrator), owner.id)
    const owners = async (teamId: string) =>
      (await Membership.within({ teamId }).where('role', 'owner')).map(({ userId }) => userId)
    assert.sameMembers(await owners(team.id), [owner.id, heir.id])
    assert.sameMembers(await owners(alone.team.id), [owner.id, alone.owner.id])
    const passedOn = await Activity.within({ teamId: team.id }).orderBy('sequence', 'desc')
    assert.equal(passedOn[0].action, 'member.role_changed')
    assert.equal(passedOn[0].subjectId, heir.id)
  })

  test('are found by name and address, of one kind, in an order, by pages', async ({ assert }) => {
    const mark = `Zeta${Date.now()}`
    const { team } = await createTenant()
    const names = ['Anna', 'Berta', 'Cäcilie', 'Dora 100%', 'Emil_x']
    const users: User[] = []
    for (const name of names) {
      const user = await createMember(team, 'viewer')
      users.push(await user.merge({ fullName: `${mark} ${name}` }).save())
    }
    await users[1].merge({ deactivatedAt: DateTime.utc() }).save()
    await users[2].merge({ administrator: true }).save()
    await createSignIn(users[3], { seenAt: DateTime.utc().minus({ minutes: 5 }) })
    await createSignIn(users[0], { seenAt: DateTime.utc().minus({ days: 20 }) })

    const found = async (query: Record<string, string>) => {
      const page = await (
        await visitor.get(`/administration/users?${new URLSearchParams(query)}`)
      ).text()
      return [...page.matchAll(new RegExp(`>${mark} ([^<]+)</a>`, 'g'))].map(([, name]) => name)
    }
    const search = mark.toLowerCase()
    assert.deepEqual(await found({ search }), names)
    assert.deepEqual(await found({ search: `${mark} DORA` }), ['Dora 100%'])
    assert.deepEqual(await found({ search: `${mark} 100%` }), ['Dora 100%'])
    assert.deepEqual(await found({ search: `${mark} %` }), ['Dora 100%'])
    assert.deepEqual(await found({ search: `${mark} _` }), ['Emil_x'])
    assert.deepEqual(await found({ search: `${mark} ${users[4].email}` }), ['Emil_x'])
    assert.deepEqual(await found({ search, filter: 'deactivated' }), ['Berta'])
    assert.deepEqual(await found({ search, filter: 'administrators' }), ['Cäcilie'])
    assert.notInclude(await found({ search, filter: 'active' }), 'Berta')
    assert.deepEqual((await found({ search, sort: 'seen' })).slice(0, 2), ['Dora 100%', 'Anna'])
    assert.deepEqual((await found({ search, sort: 'since' }))[0], 'Emil_x')
    assert.deepEqual(await found({ search, filter: 'x', sort: 'y', page: '-3' }), names)

    const seen = await (await visitor.get(`/administration/users?search=${mark}+Anna`)).text()
    assert.match(seen, new RegExp(`${team.name}\\s*<span class="muted">viewer`))
  })

  test('who are deactivated are out at once: sessions, tokens, links', async ({
    assert,
    client,
  }) => {
    const tenant = await createTenant()
    const person = await createMember(tenant.team, 'admin')
    const theirs = new Visitor()
    await theirs.logIn(person)
    assert.equal((await theirs.get('/dashboard')).status, 200)
    const { text } = await createToken(person, tenant.team)
    const bearer = { authorization: `Bearer ${text}` }
    const api = () => client.get('/api/v1/token').headers(bearer).accept('json')
    ;(await api()).assertStatus(200)
    await db.table('password_resets').insert({
      ...{ token_hash: 'a'.repeat(64), user_id: person.id },
      ...{ expires_at: Date.now() + 60_000, created_at: Date.now() },
    })

    const page = await act(person, '/deactivation')
    assert.include(page, 'is deactivated and signed out everywhere')
    const refused = await theirs.get('/dashboard')
    assert.equal(refused.headers.get('location'), '/login')
    ;(await api()).assertStatus(401)
    assert.lengthOf(await ApiToken.acrossTeams().where('user_id', person.id), 0)
    assert.lengthOf(await SignIn.query().where('user_id', person.id).whereNull('ended_at'), 0)
    assert.lengthOf(await db.from('password_resets').where('user_id', person.id), 0)
    const again = new Visitor()
    const login = await again.logIn(person)
    assert.notEqual(login.headers.get('location'), '/dashboard')
    assert.equal((await again.get('/dashboard')).headers.get('location'), '/login')

    const activity = await lastActivity()
    assert.deepEqual(
      [activity.action, activity.subjectId, activity.details],
      ['user.deactivated', person.id, { sessions: 1, apiTokens: 1 }]
    )

    await act(person, '/deactivation', 'DELETE')
    assert.equal((await lastActivity()).action, 'user.reactivated')
    const back = new Visitor()
    assert.equal((await back.logIn(person)).headers.get('location'), '/dashboard')
    ;(await api()).assertStatus(401)
  })

  test('are not deactivated by themselves', async ({ assert }) => {
    await createUser({ administrator: true })
    const page = await act(administrator, '/deactivation')
    assert.include(page, 'You cannot deactivate yourself.')
    assert.isNull((await reload(administrator)).deactivatedAt)
  })

  test('always have an administrator who can sign in', async ({ assert }) => {
    await createUser({ administrator: true, deactivatedAt: DateTime.utc() })
    const page = await act(administrator, '/administrator', 'DELETE')
    assert.include(page, 'This is the last administrator.')
    assert.isTrue((await reload(administrator)).administrator)

    const byCommand = new DeactivatePerson().handle(commandOrigin('x'), administrator.id)
    await assert.rejects(() => byCommand)
    assert.isNull((await reload(administrator)).deactivatedAt)

    const second = await createUser()
    await act(second, '/administrator')
    assert.isTrue((await reload(second)).administrator)
    assert.equal((await lastActivity()).action, 'user.made_administrator')
    await act(second, '/administrator', 'DELETE')
    assert.isFalse((await reload(second)).administrator)
    assert.equal((await lastActivity()).action, 'user.unmade_administrator')
  })

  test('keep an administrator when two end each other at the same moment', async ({ assert }) => {
    for (let round = 0; round < 5; round++) {
      await User.query().where('administrator', true).update({ administrator: false })
      const [one, other] = [
        await createUser({ administrator: true }),
        await createUser({ administrator: true }),
      ]
      const acts = [
        () => new DeactivatePerson().handle(originOf(one), other.id),
        () => new DeactivatePerson().handle(originOf(other), one.id),
        () => new ChangeAdministrator().unmake(originOf(one), other.id),
        () => new ChangeAdministrator().unmake(originOf(other), other.id),
      ]
      const results = await Promise.allSettled(acts.map((work) => work()))
      const left = await User.query().where('administrator', true).whereNull('deactivated_at')
      assert.lengthOf(left, 1)
      assert.isAtLeast(results.filter(({ status }) => status === 'rejected').length, 1)
    }
  })

  test('are administered only by those who still administer', async ({ assert }) => {
    const former = await createUser({ administrator: false })
    const person = await createUser()
    await assert.rejects(() => new DeactivatePerson().handle(originOf(former), person.id))
    await assert.rejects(() => new ChangeAdministrator().make(originOf(former), former.id))
    assert.isNull((await reload(person)).deactivatedAt)
    assert.isFalse((await reload(former)).administrator)
  })

  test('who lost their second factor get in with the password alone', async ({ assert }) => {
    const person = await createUser({
      totpSecret: new Secret('JBSWY3DPEHPK3PXP'),
      totpConfirmedAt: DateTime.utc(),
      totpLastStep: 5,
    })
    await createPasskey(person)
    await issueRecoveryCodes(person)
    assert.include(
      await (await visitor.get(pathOf(person))).text(),
      'Authenticator app and 1 passkey'
    )

    await act(person, '/second-factor', 'DELETE')
    const { totpSecret, totpConfirmedAt, totpLastStep } = await reload(person)
    assert.deepEqual([totpSecret, totpConfirmedAt, totpLastStep], [null, null, null])
    assert.lengthOf(await Passkey.query().where('user_id', person.id), 0)
    assert.lengthOf(await RecoveryCode.query().where('user_id', person.id), 0)
    const { action, details } = await lastActivity()
    assert.equal(action, 'user.second_factor_removed')
    assert.deepEqual(details, { app: true, passkeys: 1 })
  })

  test('are signed out everywhere', async ({ assert }) => {
    const { team } = await createTenant()
    const person = await createMember(team, 'viewer')
    const browsers = [new Visitor(), new Visitor()]
    for (const browser of browsers) await browser.logIn(person)
    await act(person, '/sessions', 'DELETE')
    for (const browser of browsers) {
      assert.equal((await browser.get('/dashboard')).headers.get('location'), '/login')
    }
    assert.deepEqual((await lastActivity()).details, { sessions: 2 })
  })

  test('get a link for a new password, shown once and mailed where there is mail', async ({
    assert,
    cleanup,
  }) => {
    const person = await createUser()
    const page = await act(person, '/password-resets')
    const link = /https?:[^"<\s]+\/reset-password\?token=[\w-]{43}/.exec(page)![0]
    assert.include(page, 'Hand this link over to them.')
    assert.notInclude(await (await visitor.get(pathOf(person))).text(), 'token=')
    assert.equal(
      (await new Visitor().get(new URL(link).pathname + new URL(link).search)).status,
      200
    )

    const sink = await startMailSink()
    const settings = await useMailSink(sink)
    cleanup(async () => {
      await settings
        .merge({ smtpHost: null, smtpPort: null, smtpSecurity: null, mailFrom: null })
        .save()
      await sink.stop()
    })
    assert.include(await act(person, '/password-resets'), `It is on its way to ${person.email}`)
    assert.match(sink.messages[0].text, /\/reset-password\?token=/)
    const { action, details } = await lastActivity()
    assert.equal(action, 'user.password_reset_given')
    assert.notInclude(JSON.stringify(details), 'token')

    await sink.stop()
    assert.include(await act(person, '/password-resets'), 'The e-mail did not go out')
    await person.merge({ deactivatedAt: DateTime.utc() }).save()
    assert.include(await act(person, '/password-resets'), 'Reactivate them first.')
  })

  test('are removed when they are deactivated, by their address, never as last owner', async ({
    assert,
  }) => {
    const tenant = await createTenant()
    const { run } = await createBelongings(tenant)
    const person = tenant.owner
    const remove = (confirm: string) => act(person, '', 'DELETE', { confirm })
    assert.include(await remove(person.email), 'Deactivate them first.')
    await act(person, '/deactivation')
    assert.include(await remove(person.email), `They are the last owner of ${tenant.team.name}.`)
    assert.isNotNull(await User.find(person.id))

    await createMember(tenant.team, 'owner')
    assert.include(await remove('someone@example.com'), `Type ${person.email} to confirm.`)
    await visitor.post(`${pathOf(person)}?_method=DELETE`, { confirm: person.email })
    assert.isNull(await User.find(person.id))
    assert.lengthOf(await Membership.query().where('user_id', person.id), 0)
    assert.equal((await visitor.get(pathOf(person))).status, 404)
    const { created_by: createdBy } = await db.from('runs').where('id', run.id).firstOrFail()
    assert.isNull(createdBy)
    const { action, subjectName, details } = await lastActivity()
    assert.deepEqual(
      [action, subjectName, details],
      ['user.removed', person.fullName, { email: person.email }]
    )
  })

  test('who administer the panel see nothing of teams they are not in', async ({ assert }) => {
    const tenant = await createTenant()
    const { server, project, run } = await createBelongings(tenant)
    const paths = [`/servers/${server.id}`, `/projects/${project.id}`, `/runs/${run.id}`]
    for (const path of [...paths, '/servers', '/dashboard', `/runs/${run.id}/log`]) {
      assert.include([403, 404], (await visitor.get(path)).status, path)
    }
    const own = await createTenant()
    await Membership.create({ teamId: own.team.id, userId: administrator.id, role: 'owner' })
    for (const path of paths) assert.equal((await visitor.get(path)).status, 404, path)
    assert.notInclude(await (await visitor.get('/servers')).text(), server.name)
    const response = await visitor.post(`${paths[0]}?_method=DELETE`, { confirm: server.name })
    assert.equal(response.status, 404)
  })

  test('do not come to these pages without the right', async ({ assert }) => {
    const { owner } = await createTenant()
    const someone = new Visitor()
    await someone.logIn(owner)
    for (const path of ['/users', `/users/${administrator.id}`, '/usage', '/settings']) {
      const response = await someone.get(`/administration${path}`)
      assert.equal(response.status, 403)
      assert.notInclude(await response.text(), administrator.email)
    }
    const response = await someone.post(`${pathOf(administrator, '/deactivation')}`)
    assert.equal(response.status, 403)
  })
})
