import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import Activity from '#app/activity/models/activity'
import Script from '#app/scripts/models/script'
import { createMember, createScript, createTenant, type Tenant } from '#tests/support/tenants'

const fields = (values: Record<string, string> = {}) => ({
  ...{ name: 'Clear caches', body: 'rm -rf /var/cache/app/*\r\n', interpreter: 'bash' },
  ...{ runAs: 'root', timeoutSeconds: '300' },
  ...values,
})

test.group('Scripts', (group) => {
  let tenant: Tenant

  group.each.setup(async () => {
    tenant = await createTenant()
  })

  const stored = () => Script.within(tenant.scope).orderBy('id', 'desc').firstOrFail()

  test('are saved with their parameters, and empty rows are left out', async ({
    assert,
    client,
  }) => {
    const response = await client
      .post('/scripts')
      .redirects(0)
      .loginAs(tenant.owner)
      .withCsrfToken()
      .unsafeForm(
        fields({
          'parameters[0][name]': 'VERSION',
          'parameters[0][type]': 'choice',
          'parameters[0][choices]': '1, 2 ,, 2',
          'parameters[0][defaultValue]': '2',
          'parameters[0][required]': 'on',
          'parameters[1][name]': '',
          'parameters[1][type]': 'text',
          'parameters[2][name]': 'TOKEN',
          'parameters[2][type]': 'secret',
          'parameters[2][defaultValue]': 'never kept',
        })
      )
    const script = await stored()
    assert.equal(response.header('location'), `/scripts/${script.id}`)
    assert.equal(script.body.reveal(), 'rm -rf /var/cache/app/*\n')
    assert.deepEqual(script.parameters, [
      {
        ...{ name: 'VERSION', type: 'choice', label: null, defaultValue: '2' },
        ...{ required: true, choices: ['1', '2'] },
      },
      {
        ...{ name: 'TOKEN', type: 'secret', label: null, defaultValue: null },
        ...{ required: false, choices: [] },
      },
    ])
    const row = await db.from('scripts').where('id', script.id).firstOrFail()
    assert.notInclude(JSON.stringify(row), 'cache/app')
    assert.notInclude(JSON.stringify(row), 'never kept')
  })

  test('refuse parameters that do not hold together, beside their field', async ({
    assert,
    client,
  }) => {
    const parameter = (values: Record<string, string>) =>
      Object.fromEntries(
        Object.entries({ name: 'A', type: 'text', ...values }).map(([name, value]) => [
          `parameters[0][${name}]`,
          value,
        ])
      )
    const refusals: [Record<string, string>, string][] = [
      [parameter({ name: 'path' }), 'parameters.0.name'],
      [parameter({ name: 'LD_PRELOAD' }), 'parameters.0.name'],
      [parameter({ type: 'number', defaultValue: 'many' }), 'parameters.0.defaultValue'],
      [parameter({ type: 'choice', choices: 'one' }), 'parameters.0.choices'],
      [
        { ...parameter({}), 'parameters[1][name]': 'A', 'parameters[1][type]': 'text' },
        'parameters.1.name',
      ],
      [{ runAs: 'user' }, 'runAsUser'],
      [{ runAs: 'user', runAsUser: 'root; id' }, 'runAsUser'],
      [{ body: ' \r\n' }, 'body'],
    ]
    for (const [values, field] of refusals) {
      const response = await client
        .post('/scripts')
        .redirects(0)
        .loginAs(tenant.owner)
        .withCsrfToken()
        .unsafeForm(fields(values))
      const bag = response.flashMessage('inputErrorsBag') ?? {}
      assert.include(Object.keys(bag), field, JSON.stringify(values))
    }
    assert.isNull(await Script.within(tenant.scope).first())
  })

  test('are another revision when what runs changes, not when their name does', async ({
    assert,
    client,
  }) => {
    const script = await createScript(tenant, { parameters: [] })
    const save = (values: Record<string, string>) =>
      client
        .put(`/scripts/${script.id}`)
        .redirects(0)
        .loginAs(tenant.owner)
        .withCsrfToken()
        .unsafeForm(fields({ body: 'echo "$GREETING"', timeoutSeconds: '60', ...values }))
    await save({ name: 'Another name' })
    assert.equal((await stored()).revision, 1)
    await save({ name: 'Another name', body: 'echo other' })
    assert.equal((await stored()).revision, 2)
    const rows = await Activity.acrossTeams().where('subject_id', script.id).orderBy('sequence')
    assert.deepEqual(
      rows.map(({ action, details }) => [action, details.changed]),
      [
        ['script.updated', ['name', 'description'].filter((field) => field === 'name')],
        ['script.updated', ['body']],
      ]
    )
    assert.notInclude(JSON.stringify(rows), 'echo other')
  })

  test('have a name of their own in the team', async ({ assert, client }) => {
    await createScript(tenant, { name: 'Clear caches' })
    const response = await client
      .post('/scripts')
      .redirects(0)
      .loginAs(tenant.owner)
      .withCsrfToken()
      .unsafeForm(fields())
    assert.property(response.flashMessage('inputErrorsBag'), 'name')
  })

  test('are removed by name, and what they did stays', async ({ assert, client }) => {
    const script = await createScript(tenant, { name: 'Old one' })
    const remove = (confirm: string) =>
      client
        .delete(`/scripts/${script.id}`)
        .redirects(0)
        .loginAs(tenant.owner)
        .withCsrfToken()
        .unsafeForm({ confirm })
    assert.property((await remove('Other')).flashMessage('inputErrorsBag'), 'confirm')
    await remove('Old one')
    assert.isNull(await Script.within(tenant.scope).first())
  })

  test('are read by those who may run them, their names by all', async ({ assert, client }) => {
    const script = await createScript(tenant, { name: 'Named for all' })
    const viewer = await createMember(tenant.team, 'viewer')
    const list = await client.get('/scripts').accept('html').loginAs(viewer)
    assert.include(list.text(), 'Named for all')
    const page = await client.get(`/scripts/${script.id}`).accept('html').loginAs(viewer)
    page.assertStatus(403)
    const deployer = await createMember(tenant.team, 'deployer', true)
    const text = await client.get(`/scripts/${script.id}`).accept('html').loginAs(deployer)
    assert.include(text.text(), '$GREETING')
    const edit = await client.get(`/scripts/${script.id}/edit`).accept('html').loginAs(deployer)
    edit.assertStatus(403)
  })
})
