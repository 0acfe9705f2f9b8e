import { test } from '@japa/runner'
import Activity from '#app/activity/models/activity'
import { systemOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { createBelongings, createTenant, type Tenant } from '#tests/support/tenants'

const COLUMNS = [
  ...['sequence', 'at', 'action', 'actorKind', 'actorId', 'actorName', 'subjectType', 'subjectId'],
  ...['subjectName', 'details', 'runIds', 'address', 'requestId', 'hash'],
]

/** The cells of a CSV file as in RFC 4180. */
function cellsOf(csv: string): string[][] {
  const lines: string[][] = [[]]
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^,"\r]*))(,|\r\n)/g)) {
    lines.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === '\r\n') lines.push([])
  }
  return lines.slice(0, -1)
}

test.group('The export of activity', (group) => {
  let tenant: Tenant

  group.each.setup(async () => {
    await emptyDatabase()
    tenant = await createTenant()
  })

  const record = (name: string, details: Record<string, unknown> = {}) =>
    recordActivity(tenant.scope.origin, {
      action: 'server.added',
      subject: { type: 'server', id: 'x', name },
      details,
      runs: ['run-1'],
    })

  test('has these columns and no others, in both forms', async ({ assert, client }) => {
    await record('web-1', { address: 'root@web-1' })
    const csv = await client.get('/activity/export').loginAs(tenant.owner)
    csv.assertHeader('content-type', 'text/csv; charset=utf-8')
    assert.match(
      csv.header('content-disposition')!,
      /^attachment; filename="activity-[\d-]+\.csv"$/
    )
    const [names, , line] = cellsOf(csv.text())
    assert.deepEqual(names, COLUMNS)
    const row = await Activity.within(tenant.scope).orderBy('sequence').firstOrFail()
    assert.deepEqual(line, [
      ...['1', row.createdAt.toISO(), 'server.added', 'user', tenant.owner.id],
      ...[tenant.owner.fullName, 'server', 'x', 'web-1'],
      ...['{"address":"root@web-1"}', '["run-1"]', '', '', row.hash],
    ])

    const jsonl = await client.get('/activity/export?format=jsonl').loginAs(tenant.owner)
    jsonl.assertHeader('content-type', 'application/jsonl; charset=utf-8')
    const last = JSON.parse(jsonl.text().trimEnd().split('\n').at(-1)!)
    assert.deepEqual(Object.keys(last), COLUMNS)
    assert.containSubset(last, {
      sequence: 1,
      subjectName: 'web-1',
      details: { address: 'root@web-1' },
      runIds: ['run-1'],
      address: null,
      hash: row.hash,
    })
  })

  test('has every row that the filter lets through, more than a page or a batch', async ({
    assert,
    client,
  }) => {
    for (let number = 1; number <= 1_030; number++) await record(`thing-${number}`)
    const stranger = await createTenant()
    await recordActivity(stranger.scope.origin, { action: 'server.added' })
    await recordActivity(systemOrigin(), { action: 'server.added' })
    const response = await client.get('/activity/export?group=servers').loginAs(tenant.owner)
    const [, ...lines] = cellsOf(response.text())
    assert.deepEqual(
      lines.map((line) => line[COLUMNS.indexOf('subjectName')]),
      Array.from({ length: 1_030 }, (_, index) => `thing-${1_030 - index}`)
    )
    const some = await client.get('/activity/export?text=thing-103').loginAs(tenant.owner)
    // Itself, whose words are on record with it, and thing-103 and thing-1030.
    assert.lengthOf(cellsOf(some.text()), 4)
  }).timeout(60_000)

  test('is on record itself, with what was asked for', async ({ assert, client }) => {
    await client.get('/activity/export?format=jsonl&text=web').loginAs(tenant.owner)
    const [row] = await Activity.within(tenant.scope)
    assert.containSubset(row.serialize(), {
      action: 'activity.exported',
      actorId: tenant.owner.id,
      address: '127.0.0.1',
      details: { format: 'jsonl', text: 'web' },
    })
  })

  test('holds nothing that a spreadsheet would calculate', async ({ assert, client }) => {
    const texts = ['=1+1', '+1', '-1', '@SUM(1)', '\t=1', '\r=1', "=cmd|' /C calc'!A0", '＝1+1']
    for (const text of texts) await record(text)
    await record('a "quoted", name')
    const response = await client.get('/activity/export').loginAs(tenant.owner)
    const names = cellsOf(response.text()).map((line) => line[COLUMNS.indexOf('subjectName')])
    assert.includeMembers(
      names,
      texts.map((text) => `'${text}`)
    )
    assert.include(names, 'a "quoted", name')
    for (const cell of cellsOf(response.text()).flat()) assert.notMatch(cell, /^[=+\-@\t\r]/)
  })

  test('holds no secret', async ({ assert, client }) => {
    const { canaries } = await createBelongings(tenant)
    for (const format of ['csv', 'jsonl']) {
      const response = await client.get(`/activity/export?format=${format}`).loginAs(tenant.owner)
      for (const secret of Object.values(canaries)) assert.notInclude(response.text(), secret)
    }
  })
})
