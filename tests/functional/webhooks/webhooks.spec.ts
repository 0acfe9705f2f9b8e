import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { unescaped } from '#tests/demo/panel_visitor'
import type Project from '#app/projects/models/project'
import Webhook from '#app/webhooks/models/webhook'
import {
  createMember,
  createProject,
  createServer,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'
import { call, pushOf } from '#tests/support/webhook_calls'

const SECRET = /whsec_[A-Za-z0-9+/]{43}=/

test.group('The webhook of a project', (group) => {
  let tenant: Tenant
  let project: Project
  let visitor: Visitor
  let path: string

  group.each.setup(async () => {
    tenant = await createTenant()
    const repositoryUrl = 'git@gitlab.example.com:team/app.git'
    project = await createProject(tenant, await createServer(tenant), { repositoryUrl })
    path = `/projects/${project.id}/webhook`
    visitor = new Visitor()
    await visitor.logIn(tenant.owner)
  })

  const page = async () => unescaped(await (await visitor.get(path)).text())

  /** Makes the webhook and gives its secret as the next page shows it. */
  async function make(provider = 'github') {
    const response = await visitor.post(path, { provider })
    if (response.status !== 302) throw new Error(`It is answered ${response.status}.`)
    return SECRET.exec(await page())![0]
  }

  const stored = () => Webhook.within(tenant.scope).where('project_id', project.id).firstOrFail()

  test('has a secret of 256 bits that is shown once and kept encrypted', async ({ assert }) => {
    const secret = await make()
    assert.lengthOf(Buffer.from(secret.slice('whsec_'.length), 'base64'), 32)
    assert.notMatch(await page(), SECRET)
    const webhook = await stored()
    assert.equal(webhook.secret.reveal(), secret)
    const [row] = await db.from('webhooks').where('id', webhook.id)
    assert.notInclude(JSON.stringify(row), secret)
    const shown = await page()
    assert.include(shown, `/hooks/${webhook.id}`)
    const response = await call(process.env.APP_URL!, webhook.id, pushOf('github', secret))
    assert.equal(response.status, 202)
  })

  test('is suggested for where the repository is', async ({ assert }) => {
    const html = await (await visitor.get(path)).text()
    assert.match(html, /<option[^>]*value="gitlab"[^>]*selected/)
    assert.include(html, 'Make a webhook')
  })

  test('made anew has the same address, and the secret before is worth nothing', async ({
    assert,
  }) => {
    const before = await make()
    const { id } = await stored()
    const after = await make('bitbucket')
    assert.notEqual(after, before)
    assert.equal((await stored()).id, id)
    const send = async (provider: 'github' | 'bitbucket', secret: string) =>
      (await call(process.env.APP_URL!, id, pushOf(provider, secret))).status
    assert.equal(await send('bitbucket', before), 404)
    assert.equal(await send('github', after), 404)
    assert.equal(await send('bitbucket', after), 202)
  })

  test('made by two people at once is one', async ({ assert }) => {
    await Promise.all([visitor.post(path, { provider: 'github' }), make('gitea')])
    assert.lengthOf(await Webhook.within(tenant.scope), 1)
  })

  test('removed is gone, with what was delivered', async ({ assert }) => {
    const secret = await make()
    const { id } = await stored()
    await call(process.env.APP_URL!, id, pushOf('github', secret))
    await visitor.post(`${path}?_method=DELETE`, { _method: 'DELETE' })
    assert.lengthOf(await Webhook.within(tenant.scope), 0)
    for (const table of ['webhook_deliveries', 'webhook_contents']) {
      assert.lengthOf(await db.from(table).where('webhook_id', id), 0, table)
    }
    assert.equal((await call(process.env.APP_URL!, id, pushOf('github', secret))).status, 404)
    // What it deployed stays.
    const deployed = await db.from('deployments').where('project_id', project.id)
    assert.lengthOf(deployed, 1)
  })

  test('shows what came of deliveries, and that a call was refused', async ({ assert }) => {
    const secret = await make()
    const { id } = await stored()
    const send = (text: string, push = {}) =>
      call(process.env.APP_URL!, id, pushOf('github', text, push))
    await send(secret, { message: 'Fix the größe', pusher: 'Grace' })
    await send(secret, { ref: 'refs/heads/feature' })
    await send('wrong')
    await waitForNote(id)
    const html = await page()
    for (const text of ['Deployment began', 'Fix the größe', 'Grace', 'Another branch or tag']) {
      assert.include(html, text)
    }
    assert.include(html, 'A call was refused')
    await make()
    assert.notInclude(await page(), 'A call was refused')
  })

  test('what people do to it is on record, without the secret', async ({ assert }) => {
    const secrets = [await make(), await make('gitlab')]
    await visitor.post(`${path}?_method=DELETE`, { _method: 'DELETE' })
    const rows = await db
      .from('activities')
      .where('team_id', tenant.team.id)
      .where('action', 'like', 'webhook.%')
      .orderBy('sequence')
    assert.deepEqual(
      rows.map(({ action }) => action),
      ['webhook.created', 'webhook.renewed', 'webhook.removed']
    )
    for (const secret of secrets) assert.notInclude(JSON.stringify(rows), secret)
  })

  test('is for those who manage projects', async ({ assert }) => {
    await make()
    const deployer = await createMember(tenant.team, 'deployer')
    const other = new Visitor()
    await other.logIn(deployer)
    assert.equal((await other.get(path)).status, 403)
    assert.equal((await other.post(path, { provider: 'github' })).status, 403)
  })
})

/** A refused call is noted after it was answered. */
async function waitForNote(id: string) {
  for (let tries = 0; tries < 200; tries++) {
    const { refused_at: at } = await db.from('webhooks').where('id', id).firstOrFail()
    if (at !== null) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('Nothing was noted.')
}
