import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import limiter from '@adonisjs/limiter/services/main'
import { Secret } from '#engine/shell/secret'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import type Project from '#app/projects/models/project'
import { KEPT_DELIVERIES } from '#app/webhooks/kept_deliveries'
import type Webhook from '#app/webhooks/models/webhook'
import WebhookDelivery from '#app/webhooks/models/webhook_delivery'
import { MOST_BYTES } from '#app/webhooks/read_body'
import { providers, type Provider } from '#app/webhooks/providers'
import { newSecret } from '#app/webhooks/secret_text'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import {
  createProject,
  createServer,
  createTenant,
  createWebhook,
  type Tenant,
} from '#tests/support/tenants'
import { call, pushOf, signed, type WireCall } from '#tests/support/webhook_calls'

const ORIGIN = () => process.env.APP_URL!

test.group('Webhooks', (group) => {
  let tenant: Tenant
  let project: Project

  group.tap((each) => each.timeout(60_000))
  group.each.setup(async () => {
    await limiter.clear()
    tenant = await createTenant()
    project = await createProject(tenant, await createServer(tenant))
  })

  async function hookOf(provider: Provider): Promise<{ webhook: Webhook; secret: string }> {
    const secret = newSecret()
    const webhook = await createWebhook(tenant, project, { provider, secret })
    await WebhookDelivery.within(tenant.scope).delete()
    return { webhook, secret: secret.reveal() }
  }

  const send = async (webhook: Webhook, wire: WireCall) => {
    const response = await call(ORIGIN(), webhook.id, wire)
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const deployments = () =>
    Deployment.within(tenant.scope).where('project_id', project.id).orderBy('id')
  const deliveries = () => WebhookDelivery.within(tenant.scope).orderBy('id')

  test('a push by {$self} deploys exactly the commit that was pushed')
    .with([...providers])
    .run(async ({ assert }, provider) => {
      const { webhook, secret } = await hookOf(provider)
      const commit = 'c0ffee'.padEnd(40, '0')
      const wire = pushOf(provider, secret, { commit, message: 'Fix it\n\nAll of it' })
      const { status, body } = await send(webhook, wire)
      assert.equal(status, 202, JSON.stringify(body))
      const [deployment, ...more] = await deployments()
      assert.lengthOf(more, 0)
      assert.equal(body.deployment, deployment.id)
      assert.equal(deployment.state, 'active')
      assert.isNull(deployment.createdBy)
      assert.equal(deployment.cause, 'webhook')
      assert.equal(deployment.causedBy, 'Grace Hopper')
      const release = await Release.within(tenant.scope)
        .where('id', deployment.releaseId)
        .firstOrFail()
      assert.equal(release.commit, commit)
      assert.equal(release.commitSubject, 'Fix it')
      const [delivery] = await deliveries()
      assert.containSubset(delivery.serialize(), {
        outcome: 'deployed',
        deploymentId: deployment.id,
        commit,
        ref: 'refs/heads/main',
      })
    })

  test('GitHub’s form is read like its JSON', async ({ assert }) => {
    const { webhook, secret } = await hookOf('github')
    const { body } = pushOf('github', secret)
    const form = new URLSearchParams({ payload: body }).toString()
    const wire = signed('github', secret, form)
    wire.headers['content-type'] = 'application/x-www-form-urlencoded; charset=utf-8'
    assert.equal((await send(webhook, wire)).status, 202)
    assert.lengthOf(await deployments(), 1)
  })

  test('GitLab may send the secret as its token', async ({ assert }) => {
    const { webhook, secret } = await hookOf('gitlab')
    const { body } = pushOf('gitlab', secret)
    const headers = { 'content-type': 'application/json', 'x-gitlab-event': 'Push Hook' }
    const withToken = (token: string) => ({
      body,
      headers: { ...headers, 'x-gitlab-token': token },
    })
    for (const token of ['', ' ', secret.slice(1), `${secret}=`, secret.toUpperCase(), 'null']) {
      assert.equal((await send(webhook, withToken(token))).status, 404, token)
    }
    assert.equal((await send(webhook, withToken(secret))).status, 202)
    // One that signs is not let in by its token.
    const wire = pushOf('gitlab', secret)
    wire.headers['webhook-signature'] = `v1,${'A'.repeat(43)}=`
    wire.headers['x-gitlab-token'] = secret
    assert.equal((await send(webhook, wire)).status, 404)
  })

  test('what is no push to the branch deploys nothing, and says why', async ({ assert }) => {
    const { webhook, secret } = await hookOf('github')
    const zeros = '0'.repeat(40)
    const cases: [WireCall, number, string, string | null][] = [
      [signed('github', secret, '{"zen":"Keep it"}', { event: 'ping' }), 200, 'ping', null],
      [signed('github', secret, '{"a":1}', { event: 'issues' }), 200, 'ignored', 'no_push'],
      [pushOf('github', secret, { ref: 'refs/heads/other' }), 200, 'ignored', 'other_branch'],
      [pushOf('github', secret, { ref: 'refs/heads/main/x' }), 200, 'ignored', 'other_branch'],
      [pushOf('github', secret, { ref: 'refs/tags/main' }), 200, 'ignored', 'tag'],
      [pushOf('github', secret, { commit: zeros }), 200, 'ignored', 'deleted'],
      [pushOf('github', secret, { commit: 'c0ffee' }), 422, 'refused', 'no_commit'],
      [pushOf('github', secret, { commit: '--upload-pack=x' }), 422, 'refused', 'no_commit'],
      [signed('github', secret, 'no json'), 422, 'refused', 'unreadable'],
      [signed('github', secret, '[]'), 422, 'refused', 'unreadable'],
      [signed('github', secret, '{"ref":{"a":1},"after":[]}'), 422, 'refused', 'unreadable'],
    ]
    for (const [wire, status, outcome, reason] of cases) {
      const answer = await send(webhook, wire)
      assert.equal(answer.status, status, wire.body)
      assert.equal(answer.body.outcome, outcome, wire.body)
      const delivery = (await deliveries()).at(-1)!
      assert.equal(delivery.outcome, outcome, wire.body)
      assert.equal(delivery.reason, reason, wire.body)
    }
    assert.lengthOf(await deployments(), 0)
  })

  test('a project that follows a tag deploys the tag when it moves, and no branch: {$self}')
    .with([...providers])
    .run(async ({ assert }, provider) => {
      await project.merge({ refKind: 'tag', branch: 'stable' }).save()
      const { webhook, secret } = await hookOf(provider)
      const refs = ['refs/heads/stable', 'refs/tags/stable/x', 'refs/tags/other', 'refs/heads/main']
      for (const ref of refs) {
        const { body } = await send(webhook, pushOf(provider, secret, { ref }))
        assert.equal(body.outcome, 'ignored', ref)
        assert.equal((await deliveries()).at(-1)!.reason, 'other_branch', ref)
      }
      assert.lengthOf(await deployments(), 0)
      const ref = 'refs/tags/stable'
      const { status } = await send(webhook, pushOf(provider, secret, { ref }))
      assert.equal(status, 202)
      const [deployment] = await deployments()
      const release = await Release.within(tenant.scope)
        .where('id', deployment.releaseId)
        .firstOrFail()
      // What was pushed may be the tag itself: its commit is found where it is fetched.
      assert.isNull(release.commit)
    })

  test('S6: a body or signature of {$self} with any bit flipped is refused and changes nothing')
    .with([...providers])
    .run(async ({ assert }, provider) => {
      const { webhook, secret } = await hookOf(provider)
      const wire = pushOf(provider, secret)
      const named = Object.keys(wire.headers).find((name) => name.endsWith('signature'))
      const name = named ?? 'x-hub-signature-256'
      const before = await quietSnapshot()
      const bytes = Buffer.from(wire.body)
      const bodies = Array.from({ length: bytes.length }, (_, index) => {
        const body = new Uint8Array(bytes)
        body[index] ^= 1 << (index % 8)
        return { headers: wire.headers, body }
      })
      const signatures = [...wire.headers[name]].map((_, index) => {
        const changed = Buffer.from(wire.headers[name])
        changed[index] ^= 1
        return { body: wire.body, headers: { ...wire.headers, [name]: changed.toString('latin1') } }
      })
      const calls = [...bodies, ...signatures, { body: `${wire.body} `, headers: wire.headers }]
      for (const [index, each] of calls.entries()) {
        if (index % 25 === 0) await limiter.clear()
        const response = await call(ORIGIN(), webhook.id, each)
        assert.equal(response.status, 404, `call ${index}`)
        await response.body?.cancel()
      }
      assert.deepEqual(await quietSnapshot(), before)
      assert.equal((await send(webhook, wire)).status, 202)
    })

  test('S6: whoever cannot sign cannot tell whether there is a webhook', async ({ assert }) => {
    const { webhook, secret } = await hookOf('github')
    const other = newSecret().reveal()
    const before = await quietSnapshot()
    const wire = pushOf('github', other)
    const answers = []
    for (const id of [webhook.id, '01ARZ3NDEKTSV4RRFFQ69G5FAV', 'x', '%00', webhook.id.slice(1)]) {
      const response = await call(ORIGIN(), id, wire)
      const headers = [...response.headers.keys()].sort().join()
      answers.push(`${response.status} ${headers} ${await response.text()}`)
    }
    assert.lengthOf(new Set(answers), 1, answers.join('\n'))
    assert.match(answers[0], /^404 /)
    assert.deepEqual(await quietSnapshot(), before)
    // The right secret of another webhook is a wrong one.
    const elsewhere = await createProject(tenant, await createServer(tenant))
    const theirs = await createWebhook(tenant, elsewhere, { secret: new Secret(other) })
    assert.equal((await send(webhook, wire)).status, 404)
    assert.equal((await send(theirs, pushOf('github', secret))).status, 404)
  })

  test('S6: none, an empty or a malformed signature is refused', async ({ assert }) => {
    const { webhook, secret } = await hookOf('github')
    const { body, headers } = pushOf('github', secret)
    const right = headers['x-hub-signature-256']
    const wrong = ['', 'sha256=', right.slice(0, -1), `${right}0`, right.toUpperCase(), 'sha1=aa']
    for (const signature of [...wrong, right.replace('sha256=', ''), `${right}, ${right}`]) {
      const given = { ...headers, 'x-hub-signature-256': signature }
      assert.equal((await send(webhook, { body, headers: given })).status, 404, signature)
    }
    const { 'x-hub-signature-256': taken, ...without } = headers
    assert.equal(taken, right)
    assert.equal((await send(webhook, { body, headers: without })).status, 404)
    const asGitlab = { ...without, 'x-gitlab-token': secret }
    assert.equal((await send(webhook, { body, headers: asGitlab })).status, 404)
    assert.lengthOf(await deployments(), 0)
  })

  test('S6: an empty secret lets nobody in', async ({ assert }) => {
    for (const provider of providers) {
      const other = await createProject(tenant, await createServer(tenant))
      const webhook = await createWebhook(tenant, other, { provider, secret: new Secret('') })
      assert.equal((await send(webhook, pushOf(provider, ''))).status, 404, provider)
      const headers = { 'content-type': 'application/json', 'x-gitlab-token': '' }
      assert.equal((await send(webhook, { body: '{}', headers })).status, 404, provider)
    }
  })

  test('S6: what was signed counts once, whatever it is called the second time', async ({
    assert,
  }) => {
    const { webhook, secret } = await hookOf('github')
    const wire = pushOf('github', secret)
    assert.equal((await send(webhook, wire)).status, 202)
    const before = await deployments()
    const again = { ...wire.headers, 'x-github-delivery': 'another-name' }
    for (const headers of [wire.headers, again]) {
      const answer = await send(webhook, { body: wire.body, headers })
      assert.equal(answer.status, 200)
      assert.equal(answer.body.outcome, 'repeated')
    }
    const renamed = pushOf('github', secret, { id: wire.headers['x-github-delivery'] })
    assert.equal((await send(webhook, renamed)).body.outcome, 'repeated')
    assert.lengthOf(await deployments(), before.length)
    const [delivery, ...more] = await deliveries()
    assert.lengthOf(more, 0)
    assert.equal(delivery.repeats, 3)
  })

  test('S6: a plain call and one of GitLab’s are good for 5 minutes', async ({ assert }) => {
    const now = Math.floor(Date.now() / 1000)
    for (const provider of ['plain', 'gitlab'] as const) {
      const other = await createProject(tenant, await createServer(tenant))
      const secret = newSecret()
      const webhook = await createWebhook(tenant, other, { provider, secret })
      for (const time of [now - 330, now + 330, 0]) {
        const late = pushOf(provider, secret.reveal(), { time })
        assert.equal((await send(webhook, late)).status, 404, `${provider} ${time}`)
      }
      const inTime = pushOf(provider, secret.reveal(), { time: now - 200 })
      assert.equal((await send(webhook, inTime)).status, 202, provider)
    }
  })

  test('S6: no other method is answered', async ({ assert }) => {
    const { webhook, secret } = await hookOf('github')
    const before = await quietSnapshot()
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const wire = pushOf('github', secret)
      const { 'content-type': type, ...headers } = wire.headers
      const response = await fetch(`${ORIGIN()}/hooks/${webhook.id}`, { method, headers })
      assert.include([404, 405], response.status, `${method} ${type}`)
      await response.body?.cancel()
    }
    assert.deepEqual(await quietSnapshot(), before)
  })

  test('a body of more than 1 MiB or of another type is not taken', async ({ assert }) => {
    const { webhook, secret } = await hookOf('github')
    const large = signed('github', secret, JSON.stringify({ a: 'x'.repeat(MOST_BYTES) }))
    assert.equal((await send(webhook, large)).status, 413)
    const whole = signed('github', secret, JSON.stringify({ a: 'x'.repeat(MOST_BYTES - 8) }))
    assert.equal((await send(webhook, whole)).status, 422)
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', '']) {
      const wire = pushOf('github', secret)
      wire.headers['content-type'] = type
      assert.equal((await send(webhook, wire)).status, 415, type)
    }
    assert.lengthOf(await deployments(), 0)
  })

  test('D9: one delivery five times in parallel is one deployment', async ({ assert }) => {
    for (const provider of providers) {
      await db.from('webhooks').delete()
      await db.from('deployments').delete()
      const { webhook, secret } = await hookOf(provider)
      const wire = pushOf(provider, secret)
      const answers = await Promise.all(Array.from({ length: 5 }, () => send(webhook, wire)))
      const statuses = answers.map(({ status }) => status).sort()
      assert.deepEqual(statuses, [200, 200, 200, 200, 202], provider)
      assert.lengthOf(await deployments(), 1, provider)
      const [delivery, ...more] = await deliveries()
      assert.lengthOf(more, 0)
      assert.equal(delivery.repeats, 4)
    }
  })

  test('pushes one after the other leave the newest waiting', async ({ assert }) => {
    const { webhook, secret } = await hookOf('gitea')
    const commits = Array.from({ length: 8 }, (_, index) => String(index).repeat(39) + 'a')
    for (const commit of commits) await send(webhook, pushOf('gitea', secret, { commit }))
    const all = await deployments().preload('release')
    const named = all.map(({ state, release }) => [state, release.commit])
    assert.deepEqual(named.at(0), ['active', commits[0]])
    assert.deepEqual(named.at(-1), ['waiting', commits[7]])
    assert.deepEqual(new Set(named.slice(1, -1).map(([state]) => state)), new Set(['superseded']))
  })

  test('what a stranger wrote is kept short and shown as text', async ({ assert, client }) => {
    const { webhook, secret } = await hookOf('github')
    const hostile = `<img src=x onerror=alert(1)>$(rm -rf /)\u202e\u0000\u001b[31m${'😀'.repeat(300)}`
    const wire = pushOf('github', secret, { pusher: hostile, message: `${hostile}\nmore` })
    assert.equal((await send(webhook, wire)).status, 202)
    const [{ id, causedBy }] = await deployments()
    assert.isAtMost([...causedBy!].length, 120)
    assert.notMatch(causedBy!, /[\p{Cc}\u202e]/u)
    assert.include(causedBy!, '<img src=x onerror=alert(1)>$(rm -rf /)')
    for (const path of ['', '/webhook', '/deployments', `/deployments/${id}`]) {
      const page = await client.get(`/projects/${project.id}${path}`).loginAs(tenant.owner)
      page.assertStatus(200)
      assert.notInclude(page.text(), '<img src=x onerror', path)
      assert.include(page.text(), '&lt;img src=x onerror', path)
    }
    const activity = await client.get('/activity').loginAs(tenant.owner)
    assert.include(activity.text(), 'A push by')
    assert.notInclude(activity.text(), '<img src=x onerror')
  })

  test('the last hundred deliveries are kept', async ({ assert }) => {
    const { webhook, secret } = await hookOf('github')
    const first = pushOf('github', secret, { ref: 'refs/heads/x' })
    await send(webhook, first)
    for (let number = 0; number < KEPT_DELIVERIES; number++) {
      await limiter.clear()
      await send(webhook, pushOf('github', secret, { ref: 'refs/heads/x' }))
    }
    assert.lengthOf(await deliveries(), KEPT_DELIVERIES)
    // What fell out of the list is known for ever all the same.
    assert.equal((await send(webhook, first)).body.outcome, 'repeated')
  })

  test('calls in vain are slowed down, and those that are signed are not', async ({ assert }) => {
    const { webhook, secret } = await hookOf('github')
    const wrong = pushOf('github', newSecret().reveal())
    const statuses = []
    for (let number = 0; number < 40; number++) statuses.push((await send(webhook, wrong)).status)
    assert.equal(statuses[0], 404)
    assert.equal(statuses.at(-1), 429)
    const nowhere = await call(ORIGIN(), '01ARZ3NDEKTSV4RRFFQ69G5FAV', wrong)
    assert.equal(nowhere.status, 429)
    assert.equal((await send(webhook, pushOf('github', secret))).status, 202)
  })

  test('of one webhook more than 120 a minute are put off', async ({ assert }) => {
    const { webhook, secret } = await hookOf('github')
    const statuses = []
    for (let number = 0; number < 125; number++) {
      const wire = pushOf('github', secret, { ref: 'refs/heads/x' })
      statuses.push((await send(webhook, wire)).status)
    }
    assert.deepEqual(new Set(statuses.slice(0, 120)), new Set([200]))
    assert.deepEqual(new Set(statuses.slice(120)), new Set([429]))
  })

  test('no session is begun and no cookie given', async ({ assert }) => {
    const { webhook, secret } = await hookOf('github')
    for (const key of [secret, 'wrong']) {
      const response = await call(ORIGIN(), webhook.id, pushOf('github', key))
      assert.deepEqual(response.headers.getSetCookie(), [])
    }
  })

  test('a plain call without branch and commit deploys the branch’s latest', async ({ assert }) => {
    const { webhook, secret } = await hookOf('plain')
    assert.equal((await send(webhook, signed('plain', secret, ''))).status, 202)
    const [deployment] = await deployments().preload('release')
    assert.isNull(deployment.release.commit)
    const odd = ['{"commit":"main"}', '{"commit":7}', `{"commit":"${'a'.repeat(65)}"}`]
    for (const body of odd) {
      assert.equal((await send(webhook, signed('plain', secret, body))).status, 422, body)
    }
    const other = await send(webhook, signed('plain', secret, '{"branch":"other"}'))
    assert.equal(other.body.outcome, 'ignored')
  })

  /** The database, but for the note on a webhook that a call was refused. */
  async function quietSnapshot() {
    const { webhooks, ...rest } = await databaseSnapshot()
    assertIsText(webhooks)
    return rest
  }
})

function assertIsText(value: unknown): asserts value is string {
  if (typeof value !== 'string') throw new Error('There is no such table.')
}
