import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import DeliverNotifications from '#app/notifications/actions/deliver_notifications'
import RemoveOldNotifications from '#app/notifications/actions/remove_old_notifications'
import { GIVE_UP_MS } from '#app/notifications/attempts'
import Notification from '#app/notifications/models/notification'
import { notify } from '#app/notifications/notify'
import PanelSettings from '#app/settings/models/panel_settings'
import type User from '#app/users/models/user'
import Membership from '#app/teams/models/membership'
import { startMailSink, useMailSink, type MailSinkOptions } from '#tests/support/mail_sink'
import { PAYLOADS } from '#tests/support/payload_corpus'
import { createMember, createTenant, type Tenant } from '#tests/support/tenants'

test.group('Notifications', (group) => {
  let tenant: Tenant
  let people: User[]
  const cleanups: (() => unknown)[] = []

  group.each.setup(async () => {
    tenant = await createTenant()
    people = [tenant.owner, await createMember(tenant.team, 'deployer')]
    return async () => {
      for (const cleanup of cleanups.splice(0)) await cleanup()
      const settings = await PanelSettings.findOrFail('panel')
      await settings.merge({ smtpHost: null, smtpPort: null, mailFrom: null }).save()
      await db.from('notifications').delete()
    }
  })

  async function sink(options: MailSinkOptions = {}) {
    const opened = await startMailSink(options)
    cleanups.push(opened.stop)
    await useMailSink(opened, { baseUrl: null })
    return opened
  }

  const tell = (changes: Partial<Parameters<typeof notify>[0]> = {}, whom = people) =>
    db.transaction((trx) =>
      notify(
        {
          teamId: tenant.team.id,
          ...{ subject: { type: 'deployment', id: '01K00000000000000000000000' }, event: 'ended' },
          ability: 'projects.deploy',
          title: 'Shop was not deployed',
          paragraphs: ['It failed.', 'Nothing was live before.'],
          link: { label: 'See the deployment', path: '/projects/1/deployments/2' },
          ...changes,
        },
        whom.map(({ id }) => id),
        trx
      )
    )
  const deliver = () => new DeliverNotifications().handle()
  const rows = () => Notification.within(tenant.scope).orderBy('id')
  const states = async () => (await rows()).map(({ state }) => state)
  /** As if their next attempt were due. */
  const hasten = () => db.from('notifications').update({ due_at: Date.now() - 1 })

  test('reach each person once, with where they lead', async ({ assert }) => {
    const { messages } = await sink()
    await tell()
    await deliver()
    await deliver()
    assert.sameDeepMembers(
      messages.map(({ to }) => to),
      people.map(({ email }) => [email])
    )
    const [{ headers, text }] = messages
    assert.equal(headers.subject, 'Shop was not deployed')
    assert.include(text, 'It failed.\n\nNothing was live before.')
    assert.match(text, /^http:\/\/\S+\/projects\/1\/deployments\/2$/m)
    assert.deepEqual(await states(), ['sent', 'sent'])
  })

  test('are written with what they tell of, or not at all', async ({ assert }) => {
    const { messages } = await sink()
    const trx = await db.transaction()
    const subject = { type: 'deployment', id: '01K00000000000000000000001' }
    const link = { label: 'See it', path: '/' }
    const notice = { teamId: tenant.team.id, subject, event: 'ended', title: 'Gone' }
    const ability = 'projects.deploy' as const
    await notify({ ...notice, ability, paragraphs: [], link }, [tenant.owner.id], trx)
    await trx.rollback()
    await deliver()
    assert.isEmpty(messages)
    assert.isEmpty(await rows())
  })

  test('of one event reach nobody twice, those of another do', async ({ assert }) => {
    const { messages } = await sink()
    await tell()
    await tell({ title: 'Said again' })
    await tell({ event: 'another', title: 'Something else' })
    await deliver()
    const subjects = messages.map(({ headers }) => headers.subject)
    assert.sameMembers(subjects, [
      ...['Shop was not deployed', 'Shop was not deployed'],
      ...['Something else', 'Something else'],
    ])
  })

  test('A11: of two processes that look at once one sends', async ({ assert }) => {
    const { messages } = await sink()
    await tell()
    await Promise.all([deliver(), deliver(), deliver()])
    assert.lengthOf(messages, 2)
  })

  test('A9: wait while the mail server is down, and arrive afterwards', async ({ assert }) => {
    const gone = await startMailSink()
    await useMailSink(gone)
    await gone.stop()
    await tell()
    await deliver()
    const [first, second] = await rows()
    assert.include(first.failure, 'The mail server could not be reached')
    assert.isAbove(first.dueAt.toMillis(), Date.now())
    assert.equal(first.attempts, 1)
    // The second would find the same, and was not tried.
    assert.deepInclude(second.$attributes, { state: 'waiting', attempts: 0, failure: null })
    const { messages } = await sink()
    await deliver()
    assert.lengthOf(messages, 1, 'the first waits for its turn')
    await hasten()
    await deliver()
    assert.lengthOf(messages, 2)
    assert.deepEqual(await states(), ['sent', 'sent'])
  })

  test('of one person that are refused do not keep those of others', async ({ assert }) => {
    const { messages } = await sink({ refuse: { recipient: '550 5.1.1 No such user' } })
    await tell()
    await deliver()
    assert.isEmpty(messages)
    const tried = await rows()
    assert.deepEqual(
      tried.map(({ attempts }) => attempts),
      [1, 1]
    )
    assert.include(tried[0].failure, '550 5.1.1 No such user')
  })

  test('are given up after a day, and administrators see why', async ({ assert, client }) => {
    await sink({ refuse: { data: '554 5.7.1 Spam' } })
    await tell({}, [tenant.owner])
    const administrator = await tenant.owner.merge({ administrator: true }).save()
    const page = async () =>
      (await client.get('/administration/settings/mail').loginAs(administrator)).text()
    assert.notInclude(await page(), 'could not be sent')
    await deliver()
    assert.include(await page(), '1 message could not be sent yet')
    await db.from('notifications').update({ created_at: Date.now() - GIVE_UP_MS })
    await hasten()
    await deliver()
    assert.deepEqual(await states(), ['failed'])
    await hasten()
    await deliver()
    assert.equal((await rows())[0].attempts, 2)
    assert.include(await page(), '1 message could not be sent')
    assert.include(await page(), '554 5.7.1 Spam')
  })

  test('reach nobody who left the team or may not sign in any more', async ({ assert }) => {
    const { messages } = await sink()
    await tell()
    await Membership.within(tenant.scope).where('user_id', people[1].id).delete()
    await tenant.owner.merge({ deactivatedAt: DateTime.utc() }).save()
    await deliver()
    assert.isEmpty(messages)
    assert.isEmpty(await rows())
  })

  test('carry any text as text', async ({ assert }) => {
    const { messages } = await sink()
    for (const [index, payload] of PAYLOADS.entries()) {
      const subject = { type: 'deployment', id: String(index).padStart(26, '0') }
      await tell({ subject, title: `About ${payload}`, paragraphs: [payload] }, [tenant.owner])
    }
    while ((await states()).includes('waiting')) await deliver()
    assert.lengthOf(messages, PAYLOADS.length)
    for (const { to, headers, html } of messages) {
      assert.deepEqual(to, [tenant.owner.email])
      assert.notProperty(headers, 'bcc')
      assert.notMatch(html, /<(?:script|img|svg|iframe|a href="javascript)/i)
    }
  })

  test('that ended long ago are removed', async ({ assert }) => {
    await sink()
    await tell({ subject: { type: 'deployment', id: '1' } })
    await db.from('notifications').update({ created_at: 0 })
    await new RemoveOldNotifications().handle()
    assert.lengthOf(await rows(), 2, 'those that wait stay')
    await db.from('notifications').update({ state: 'sent' })
    await tell({ subject: { type: 'deployment', id: '2' } })
    await new RemoveOldNotifications().handle()
    assert.lengthOf(await rows(), 2)
  })
})
