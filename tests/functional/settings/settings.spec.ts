import { test } from '@japa/runner'
import app from '@adonisjs/core/services/app'
import db from '@adonisjs/lucid/services/db'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { OutgoingHttp } from '#engine/egress/outgoing_http'
import Activity from '#app/activity/models/activity'
import UpdateSettings from '#app/settings/actions/update_settings'
import PanelSettings, { panelSettings } from '#app/settings/models/panel_settings'
import type User from '#app/users/models/user'
import { PAYLOADS } from '#tests/support/payload_corpus'
import { createUser } from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

const PASSWORD = 'the password of the mailbox'

const mail = {
  smtpHost: 'smtp.example.com',
  smtpPort: '587',
  smtpSecurity: 'starttls',
  smtpUsername: 'muster',
  password: PASSWORD,
  mailFrom: 'Muster <muster@example.com>',
}

test.group('Panel settings', (group) => {
  let administrator: User
  let visitor: Visitor
  let asTheyWere: Record<string, unknown>

  group.setup(async () => {
    administrator = await createUser({ administrator: true })
    asTheyWere = await db.from('panel_settings').where('id', 'panel').firstOrFail()
  })
  group.each.setup(async () => {
    visitor = new Visitor()
    await visitor.logIn(administrator)
    return async () => {
      await db.from('panel_settings').where('id', 'panel').update(asTheyWere)
    }
  })

  /** Sends a form and gives the page that comes of it. */
  async function saved(path: string, fields: Record<string, string>): Promise<string> {
    const referer = `${process.env.APP_URL}${path}`
    await visitor.post(`${path}?_method=PUT`, fields, { headers: { referer } })
    return (await visitor.get(path)).text()
  }

  const lastActivity = () => Activity.acrossTeams().orderBy('sequence', 'desc').firstOrFail()

  test('are saved, and each change is on record', async ({ assert }) => {
    const general = { baseUrl: 'https://panel.example.com:8443', signUp: 'on' }
    assert.include(await saved('/administration/settings', general), 'The settings are saved.')
    const settings = await panelSettings()
    assert.equal(settings.url, 'https://panel.example.com:8443')
    assert.isTrue(settings.signUp)

    const activity = await lastActivity()
    assert.equal(activity.action, 'settings.updated')
    assert.equal(activity.actorId, administrator.id)
    assert.equal(activity.subjectName, 'General')
    assert.deepEqual(activity.details, {
      changes: {
        baseUrl: { from: null, to: 'https://panel.example.com:8443' },
        signUp: { from: false, to: true },
      },
    })
    await saved('/administration/settings', general)
    assert.equal((await lastActivity()).id, activity.id, 'what changes nothing is no act')
  })

  test('take an address that is an origin and nothing else', async ({ assert }) => {
    const path = '/administration/settings'
    for (const baseUrl of [
      'panel.example.com',
      'ftp://panel.example.com',
      'javascript:alert(1)',
      'https://panel.example.com/',
      'https://panel.example.com/path',
      'https://panel.example.com?x',
      'https://ada@panel.example.com',
      'https://Panel.example.com',
      'https://panel.example.com:443',
      'https://panel.example.com\nhttps://x',
      ...PAYLOADS.filter((payload) => payload !== ''),
    ]) {
      await saved(path, { baseUrl, signUp: 'off' })
      assert.isNull((await panelSettings()).baseUrl, baseUrl)
    }
    for (const baseUrl of [
      'http://10.0.0.5:3333',
      'http://[::1]:3333',
      'https://xn--bhne-5qa.de',
    ]) {
      await saved(path, { baseUrl, signUp: 'off' })
      assert.equal((await panelSettings()).url, baseUrl)
    }
    await saved(path, { baseUrl: '', signUp: 'off' })
    assert.equal((await panelSettings()).url, process.env.APP_URL)
  })

  test('warn when links and cookies differ in their scheme', async ({ assert }) => {
    const path = '/administration/settings'
    const same = await saved(path, { baseUrl: 'http://panel.example.com', signUp: 'off' })
    assert.notInclude(same, 'differ in their scheme')
    const other = await saved(path, { baseUrl: 'https://panel.example.com', signUp: 'off' })
    assert.include(other, 'differ in their scheme')
  })

  test('hold the password of the mail server and never show it', async ({ assert }) => {
    const path = '/administration/settings/mail'
    const page = await saved(path, mail)
    assert.include(page, 'Password (set)')
    assert.notInclude(page, PASSWORD)
    assert.equal((await panelSettings()).smtpPassword?.reveal(), PASSWORD)
    const row = await db.from('panel_settings').where('id', 'panel').firstOrFail()
    assert.notInclude(JSON.stringify(row), PASSWORD)

    const { details } = await lastActivity()
    assert.equal((details.changes as Record<string, unknown>).smtpPassword, 'set')
    assert.notInclude(JSON.stringify(details), PASSWORD)
    assert.notInclude(JSON.stringify((await panelSettings()).serialize()), PASSWORD)

    const refused = await saved(path, { ...mail, password: 'another one', mailFrom: 'nobody' })
    assert.notInclude(refused, 'another one')
  })

  test('keep a password only for its server and its user', async ({ assert }) => {
    const path = '/administration/settings/mail'
    await saved(path, mail)
    const kept = { ...mail, password: '' }
    await saved(path, { ...kept, mailFrom: 'other@example.com' })
    assert.equal((await panelSettings()).smtpPassword?.reveal(), PASSWORD)
    assert.equal((await panelSettings()).mailFrom, 'other@example.com')

    for (const change of [
      { smtpHost: 'smtp.attacker.example' },
      { smtpPort: '2525' },
      { smtpSecurity: 'none' },
      { smtpUsername: 'somebody' },
    ]) {
      const page = await saved(path, { ...kept, ...change })
      assert.include(page, 'Give the password again', JSON.stringify(change))
      assert.equal((await panelSettings()).smtpHost, 'smtp.example.com')
    }

    await saved(path, { ...kept, withoutLogin: 'on' })
    assert.isNull((await panelSettings()).smtpPassword)
    assert.isNull((await panelSettings()).smtpUsername)
    const { details } = await lastActivity()
    assert.equal((details.changes as Record<string, unknown>).smtpPassword, 'removed')
  })

  test('of the mail server belong together', async ({ assert }) => {
    const path = '/administration/settings/mail'
    const refusal = (fields: Partial<typeof mail>) => saved(path, { ...mail, ...fields })
    assert.include(await refusal({ mailFrom: '' }), 'Give the address that messages come from.')
    assert.include(await refusal({ password: '' }), 'Give the password of this user.')
    assert.include(
      await refusal({ smtpUsername: '' }),
      'Give the user that the password belongs to.'
    )
    for (const bad of [
      { smtpHost: 'smtp.example.com:587' },
      { smtpHost: '-oProxyCommand=x' },
      { smtpPort: '0' },
      { smtpPort: '65536' },
      { smtpSecurity: 'opportunistic' },
      { smtpUsername: 'a\r\nb' },
      { password: 'a\r\nMAIL FROM:<x>' },
      { mailFrom: 'Muster <muster@example.com>\r\nBcc: eve@example.com' },
      { mailFrom: 'a@example.com, b@example.com' },
    ]) {
      await refusal(bad)
      assert.isFalse((await panelSettings()).sendsMail, JSON.stringify(bad))
    }
    await saved(path, mail)
    await saved(path, { ...mail, smtpHost: '', password: '' })
    const { sendsMail, smtpPassword } = await panelSettings()
    assert.isFalse(sendsMail)
    assert.isNull(smtpPassword, 'a panel that sends no mail keeps no password')
  })

  test('S5: decide where the panel’s own requests go, and say which line is wrong', async ({
    assert,
    cleanup,
  }) => {
    const path = '/administration/settings/network'
    const inside = createServer((_, response) => response.end('inside')).listen(0, '127.0.0.1')
    await once(inside, 'listening')
    cleanup(() => void inside.close())
    const url = `http://127.0.0.1:${(inside.address() as AddressInfo).port}/`
    const http = await app.container.make(OutgoingHttp)
    await assert.rejects(() => http.request({ url }), /127\.0\.0\.1/)

    const page = await saved(path, { egressAllowed: '10.0.0.0/8\r\n10.0.0.1/8' })
    assert.include(page, 'Line 2: ')
    assert.isNull((await panelSettings()).egressAllowed)

    await saved(path, { egressAllowed: '127.0.0.1\r\nchat.internal.example.com' })
    assert.equal((await panelSettings()).egressAllowed, '127.0.0.1\nchat.internal.example.com')
    assert.equal((await http.request({ url })).status, 200)

    await PanelSettings.query().where('id', 'panel').update({ egressAllowed: 'no list *' })
    await assert.rejects(() => http.request({ url }), /127\.0\.0\.1/)
  })

  test('keep logs for a week at least and ten years at most', async ({ assert }) => {
    const path = '/administration/settings/retention'
    for (const days of ['6', '3651', '0', '-1', '7.5', 'x', '']) {
      await saved(path, { runRetentionDays: days, activityRetentionDays: '730' })
      await saved(path, { runRetentionDays: '90', activityRetentionDays: days })
      const { runRetentionDays, activityRetentionDays } = await panelSettings()
      assert.deepEqual([runRetentionDays, activityRetentionDays], [90, 730], days)
    }
    await saved(path, { runRetentionDays: '7', activityRetentionDays: '3650' })
    assert.equal((await panelSettings()).runRetentionDays, 7)
    assert.equal((await panelSettings()).activityRetentionDays, 3650)
  })

  test('changed by two at once are all on record, each from what the other left', async ({
    assert,
  }) => {
    const origin = {
      actor: { kind: 'user' as const, id: administrator.id, name: administrator.fullName },
      ...{ teamId: null, address: null, requestId: null },
    }
    const before = (await lastActivity()).sequence
    await Promise.all(
      [30, 60, 120, 240].map((runRetentionDays) =>
        new UpdateSettings().handle(origin, 'Retention', () => ({ runRetentionDays }))
      )
    )
    const acts = await Activity.acrossTeams().where('sequence', '>', before).orderBy('sequence')
    let days = 90
    for (const { details } of acts) {
      const { runRetentionDays } = details.changes as Record<string, { from: number; to: number }>
      assert.equal(runRetentionDays.from, days)
      days = runRetentionDays.to
    }
    assert.lengthOf(acts, 4)
    assert.equal((await panelSettings()).runRetentionDays, days)
  })

  test('are nothing that others open', async ({ assert, client }) => {
    await PanelSettings.query().where('id', 'panel').update({ smtpHost: 'smtp.example.com' })
    const person = await createUser()
    for (const path of ['', '/mail', '/network', '/retention']) {
      const response = await client
        .get(`/administration/settings${path}`)
        .accept('html')
        .loginAs(person)
      response.assertStatus(403)
      assert.notInclude(response.text(), 'smtp.example.com')
    }
  })
})
