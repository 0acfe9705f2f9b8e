import { test } from '@japa/runner'
import DeliverNotifications from '#app/notifications/actions/deliver_notifications'
import type Project from '#app/projects/models/project'
import PanelSettings from '#app/settings/models/panel_settings'
import { nodeApp } from '#tests/engine/deploy/node_app'
import { DeployFleet } from '#tests/integration/deployments/deploy_fleet'
import { startMailSink, useMailSink, type MailSink } from '#tests/support/mail_sink'

/** Answers well when it is asked directly, and not through nginx. */
const UNWELL = `answer = (request) => request.headers['x-forwarded-for']
  ? { status: 500, body: 'unwell' } : { status: 200, body: 'fine' }`

test.group('Alerts of deployments', (group) => {
  const stage = new DeployFleet()
  let sink: MailSink
  group.tap((each) => each.timeout(150_000))
  group.setup(() => stage.open())
  group.each.setup(async () => {
    sink = await startMailSink()
    await useMailSink(sink)
    stage.startMachinery()
    return async () => {
      await stage.stopMachinery()
      stage.remove('web-1', '/etc/sick')
      const settings = await PanelSettings.findOrFail('panel')
      await settings.merge({ smtpHost: null, smtpPort: null, mailFrom: null }).save()
      await sink.stop()
    }
  })

  const publishUnwell = ({ slug }: Project) =>
    stage.git.publish(slug, nodeApp('two', UNWELL), 'two')

  /** What arrives, however often it is looked. */
  async function mails() {
    for (let look = 0; look < 3; look++) await new DeliverNotifications().handle()
    return sink.messages
  }

  test('D2: a release that was taken back is mailed, with what is live', async ({ assert }) => {
    const project = await stage.createProject({}, ['web-1'])
    const first = await stage.deployed(project)
    assert.isEmpty(await mails())
    await publishUnwell(project)
    const second = await stage.deployed(project)
    assert.equal(second.state, 'rolled_back', await stage.logs(second))
    assert.isFalse(second.critical)
    const [mail, ...others] = await mails()
    assert.isEmpty(others)
    assert.equal(mail.headers.subject, `${project.name} went back to what was live before`)
    assert.include(mail.text, 'It did not go through. What was live before it is live.')
    assert.include(mail.text, 'The site answers with an error through nginx.')
    assert.include(mail.text, `/projects/${project.id}/deployments/${second.id}`)
    await stage.holds(project, first.releaseId)
  })

  test('D3: with what was live before unwell too, the mail is critical', async ({ assert }) => {
    const project = await stage.createProject({}, ['web-1'])
    const first = await stage.deployed(project)
    await publishUnwell(project)
    stage.touch('web-1', '/etc/sick')
    const second = await stage.deployed(project)
    assert.equal(second.state, 'rolled_back', await stage.logs(second))
    assert.isTrue(second.critical)
    const [mail, ...others] = await mails()
    assert.isEmpty(others)
    assert.equal(mail.headers.subject, `Critical: ${project.name} may not answer well`)
    assert.include(mail.text, 'That answers 500, too, so nothing more was tried.')
    stage.remove('web-1', '/etc/sick')
    await stage.holds(project, first.releaseId)
  })
})
