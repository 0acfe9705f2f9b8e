import type { ApiClient } from '@japa/api-client'
import { test } from '@japa/runner'
import { gzipSync } from 'node:zlib'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { lookRun, refOf } from '#app/deployments/look_run'
import { deploymentRun } from '#app/deployments/deployment_run'
import Deployment from '#app/deployments/models/deployment'
import DeploymentPlan from '#app/deployments/models/deployment_plan'
import Release from '#app/deployments/models/release'
import { noteCommit } from '#app/deployments/note_commit'
import type Project from '#app/projects/models/project'
import { claim } from '#app/runs/claims'
import Run from '#app/runs/models/run'
import type Server from '#app/servers/models/server'
import { runIdOf } from '#tests/support/deployments'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import {
  createBelongings,
  createProject,
  createRun,
  createServer,
  createTenant,
  placeOn,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'

const COMMIT = 'e'.repeat(40)

/** Results of a look that found these subjects. */
function resultsOf(subjects: string[]) {
  const fields = subjects.flatMap((subject, index) => [
    ...[String(index % 10).repeat(40), 'Ada', '1700000000', `${subject}   `],
  ])
  const packed = gzipSync(fields.map((field) => `${field}\0`).join('')).toString('base64')
  const parts = packed.match(/.{1,1400}/g) ?? []
  return {
    ...Object.fromEntries(parts.map((part, index) => [`commits_${index}`, part])),
    ...{ commit: COMMIT, subject: 'The latest', author: 'Ada', taken_back: '0' },
  }
}

test.group('What will happen', (group) => {
  let tenant: Tenant
  let belongings: Belongings
  let project: Project

  group.each.setup(async () => {
    tenant = await createTenant()
    belongings = await createBelongings(tenant)
    project = belongings.project
    return swapServerRemotes()[1]
  })

  const send = (client: ApiClient, path: string, fields: object = {}) =>
    client
      .post(path)
      .redirects(0)
      .accept('text/html')
      .loginAs(tenant.owner)
      .withCsrfToken()
      .unsafeForm(fields)
  const page = async (client: ApiClient, path = `/projects/${project.id}/plan`) => {
    const response = await client.get(path).loginAs(tenant.owner)
    response.assertStatus(200)
    return response.text()
  }
  const looked = (results: Record<string, string>, values: Partial<Run> = {}) =>
    createRun(tenant, belongings.server, {
      projectId: project.id,
      kind: 'deployment.look',
      input: { projectId: project.id, ref: refOf(project) },
      state: 'succeeded',
      finishedAt: DateTime.utc(),
      results,
      ...values,
    })

  test('is asked of the server once, however often one presses', async ({ assert, client }) => {
    assert.include(await page(client), 'Look at main')
    const response = await send(client, `/projects/${project.id}/plan`)
    response.assertHeader('location', `/projects/${project.id}/plan`)
    await send(client, `/projects/${project.id}/plan`)
    const runs = await Run.within(tenant.scope).where('kind', 'deployment.look')
    assert.lengthOf(runs, 1)
    assert.include(await page(client), `/runs/${runs[0].id}/events`)
  })

  test('names commits, steps with their commands, and the server; no secret', async ({
    assert,
    client,
  }) => {
    await looked(resultsOf(['<b>Bold</b> \u202E', 'Second']))
    const html = await page(client)
    assert.include(html, '&lt;b&gt;Bold&lt;/b&gt;')
    assert.notInclude(html, '\u202E')
    assert.include(html, '2 commits')
    assert.include(html, 'npm run build')
    assert.include(html, 'node server.js')
    assert.include(html, `Steps on ${belongings.server.name}`)
    assert.include(html, `Deploy ${COMMIT.slice(0, 7)}`)
    for (const canary of Object.values(belongings.canaries)) assert.notInclude(html, canary)
  })

  test('is deployed as exactly the commit that was agreed to, and kept', async ({
    assert,
    client,
  }) => {
    await looked(resultsOf(['One']))
    const response = await send(client, `/projects/${project.id}/deployments`, { commit: COMMIT })
    const [deployment] = await Deployment.within(tenant.scope)
      .where('active_project_id', project.id)
      .preload('release')
    assert.equal(deployment.release.commit, COMMIT)
    const [run] = await claim([await runIdOf(deployment)])
    const { body } = await deploymentRun.compile(run)
    assert.include(String(body), COMMIT)
    const plan = await DeploymentPlan.within(tenant.scope)
      .where('deployment_id', deployment.id)
      .firstOrFail()
    assert.include(JSON.stringify(plan.steps), 'npm run build')
    for (const canary of Object.values(belongings.canaries)) {
      assert.notInclude(JSON.stringify(plan.steps), canary)
    }
    assert.include(await page(client, response.header('location')), 'What it was going to do')
  })

  test('gets the words of its commit from the server that reads it, and those of no other', async ({
    assert,
    client,
  }) => {
    await looked(resultsOf(['One']))
    await send(client, `/projects/${project.id}/deployments`, { commit: COMMIT })
    const [deployment] = await Deployment.within(tenant.scope).where(
      'active_project_id',
      project.id
    )
    const read = async (commit: string, subject: string) => {
      const results = { commit, author: 'Ada', subject }
      await db.transaction((trx) => noteCommit(deployment, results, trx))
      const { commitSubject } = await Release.within(tenant.scope)
        .where('id', deployment.releaseId)
        .firstOrFail()
      return commitSubject
    }
    assert.isNull(await read('d'.repeat(40), 'Another'))
    assert.equal(await read(COMMIT, 'Open the shop'), 'Open the shop')
    assert.equal(await read(COMMIT, 'Told later'), 'Open the shop')
  })

  test('refuses what is no commit', async ({ assert, client }) => {
    for (const commit of ['main', '--upload-pack=x', 'e'.repeat(39), `${COMMIT}\n`]) {
      const response = await send(client, `/projects/${project.id}/deployments`, { commit })
      assert.property(response.flashMessages().inputErrorsBag, 'commit')
    }
    assert.isEmpty(await Deployment.within(tenant.scope).where('active_project_id', project.id))
  })

  test('is looked at again when it is old, of another branch, or followed by a deployment', async ({
    assert,
    client,
  }) => {
    const shows = async () => (await page(client)).includes(`Deploy ${COMMIT.slice(0, 7)}`)
    await looked(resultsOf(['One']), { finishedAt: DateTime.utc().minus({ minutes: 20 }) })
    assert.isFalse(await shows())
    await looked(resultsOf(['One']), { input: { projectId: project.id, ref: 'branch other' } })
    assert.isFalse(await shows())
    await looked(resultsOf(['One']))
    assert.isTrue(await shows())
    await Deployment.within(tenant.scope)
      .where('id', belongings.deployment.id)
      .update({ created_at: Date.now() + 1000 })
    assert.isFalse(await shows())
  })

  test('is not what was seen of another project of the same server and branch', async ({
    assert,
    client,
  }) => {
    const other = await createProject(tenant, belongings.server, {
      repositoryUrl: project.repositoryUrl,
    })
    await looked(resultsOf(['Of this one']))
    const path = `/projects/${other.id}/plan`
    assert.notInclude(await page(client, path), 'Of this one')
    await send(client, path)
    const [run] = await Run.within(tenant.scope).where({ projectId: other.id, state: 'queued' })
    assert.exists(run)
    assert.include(await page(client, path), `/runs/${run.id}/events`)
    assert.include(await page(client), 'Of this one')
  })

  test('is asked where the repository is already, and elsewhere of a copy that goes again', async ({
    assert,
    client,
  }) => {
    const empty = await createServer(tenant, { name: 'a server before the other' })
    await placeOn(project, empty, { liveReleaseId: null })
    await send(client, `/projects/${project.id}/plan`)
    const [run] = await Run.within(tenant.scope).where('kind', 'deployment.look')
    assert.equal(run.serverId, belongings.server.id)
    const bodyOn = async (server: Server) => {
      const { id } = await looked({}, { serverId: server.id, state: 'queued', finishedAt: null })
      const [claimed] = await claim([id])
      return String((await lookRun.compile(claimed)).body)
    }
    assert.notInclude(await bodyOn(belongings.server), '/srv/muster/.read-')
    assert.include(await bodyOn(empty), '/srv/muster/.read-')
  })

  test('says what stands in the way, and what a failed look means', async ({ assert, client }) => {
    await looked(
      {},
      {
        state: 'failed',
        failure: {
          ...{ phase: 'Fetch the code', command: 'git fetch', exitCode: 128, lastLines: [] },
          reason: 'The repository refused the key.',
          next: 'Add the deploy key.',
        },
      }
    )
    const html = await page(client)
    assert.include(html, 'The repository refused the key.')
    assert.include(html, 'Look again')
    await project.merge({ repositoryUrl: 'git@unknown.example:a/b.git' }).save()
    assert.include(await page(client), 'Compare the fingerprint')
  })

  test('was, on the page of a deployment: the commits it brought and took back', async ({
    assert,
    client,
  }) => {
    await belongings.run.merge({ results: { ...resultsOf(['Brought']), taken_back: '3' } }).save()
    const path = `/projects/${project.id}/deployments/${belongings.deployment.id}`
    const html = await page(client, path)
    assert.include(html, 'Brought')
    assert.include(html, 'It took back 3 commits')
  })
})
