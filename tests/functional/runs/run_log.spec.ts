import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { lengthOfWholeCharacters, linesBefore, readLog, startOfLine } from '#app/runs/run_log'
import type Run from '#app/runs/models/run'
import {
  appendLog,
  createRun,
  createServer,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

/** Characters of one, two, three and four bytes, one after the other. */
const MIXED = 'aé✓🚀'.repeat(40)
const BYTES = Buffer.from(MIXED)

test.group('Whole characters', () => {
  test('end where the last complete one ends, wherever text is cut', ({ assert }) => {
    for (let cut = 0; cut <= BYTES.length; cut++) {
      const bytes = BYTES.subarray(0, cut)
      const whole = lengthOfWholeCharacters(bytes)
      assert.isAtLeast(whole, cut - 3)
      const text = bytes.subarray(0, whole).toString('utf8')
      assert.notInclude(text, '\uFFFD', `cut at ${cut}`)
      assert.isTrue(MIXED.startsWith(text))
    }
  })

  test('leave out nothing of bytes that are no text', ({ assert }) => {
    for (const bytes of [[0xff], [0x80, 0x80, 0x80, 0x80], [0x61, 0xc0 - 1], [0xf8, 0x80]]) {
      const length = lengthOfWholeCharacters(Buffer.from(bytes))
      assert.isAtMost(bytes.length - length, 3)
    }
    assert.equal(lengthOfWholeCharacters(Buffer.from([0x80, 0x80, 0x80, 0x80])), 4)
    assert.equal(lengthOfWholeCharacters(Buffer.alloc(0)), 0)
  })
})

test.group('Stored log', (group) => {
  let tenant: Tenant
  let run: Run

  group.setup(async () => {
    tenant = await createTenant()
    run = await createRun(tenant, await createServer(tenant), { state: 'succeeded' })
    // Chunks of seven bytes, so that characters lie across them.
    for (let at = 0; at < BYTES.length; at += 7) await appendLog(run, BYTES.subarray(at, at + 7))
  })

  test('read in slices of any size is whole', async ({ assert }) => {
    for (const limit of [4, 5, 6, 7, 8, 13, 64, 1_000_000]) {
      let text = ''
      for (let from = 0; from < run.logSize;) {
        const slice = await readLog(run, { from, limit, complete: true })
        assert.equal(slice.offset, from)
        assert.equal(slice.next - slice.offset, Buffer.byteLength(slice.text))
        assert.isAbove(slice.next, from, `no progress with slices of ${limit}`)
        text += slice.text
        from = slice.next
      }
      assert.equal(text, MIXED)
    }
  })

  test('gives exactly the bytes asked for', async ({ assert }) => {
    for (let from = 0; from < BYTES.length; from += 10) {
      const slice = await readLog(run, { from, limit: 30, complete: true })
      const expected = BYTES.subarray(from, slice.next).toString('utf8')
      assert.equal(slice.text, expected)
      assert.isAtMost(slice.next - from, 30)
    }
  })

  test('is empty past its end and from its start when asked before it', async ({ assert }) => {
    const beyond = await readLog(run, { from: run.logSize + 10, limit: 100, complete: true })
    assert.deepEqual(
      { text: beyond.text, offset: beyond.offset, next: beyond.next },
      { text: '', offset: run.logSize, next: run.logSize }
    )
    const before = await readLog(run, { from: -5, limit: 10, complete: true })
    assert.equal(before.offset, 0)
    assert.isTrue(MIXED.startsWith(before.text))
  })

  test('keeps back a cut character until the rest of it comes', async ({ assert }) => {
    const growing = await createRun(tenant, await createServer(tenant), { state: 'running' })
    const rocket = Buffer.from('🚀')
    await appendLog(growing, Buffer.concat([Buffer.from('ab'), rocket.subarray(0, 3)]))
    const early = await readLog(growing, { from: 0, limit: 100, complete: false })
    assert.deepEqual([early.text, early.next, early.size], ['ab', 2, 5])
    await appendLog(growing, rocket.subarray(3))
    const late = await readLog(growing, { from: early.next, limit: 100, complete: false })
    assert.equal(late.text, '🚀')
  })

  test('ends even where a character was cut for good', async ({ assert }) => {
    const cut = await createRun(tenant, await createServer(tenant), { state: 'failed' })
    await appendLog(cut, Buffer.concat([Buffer.from('ab'), Buffer.from('🚀').subarray(0, 2)]))
    const slice = await readLog(cut, { from: 0, limit: 100, complete: true })
    assert.equal(slice.next, 4)
    assert.isTrue(slice.text.startsWith('ab'))
  })

  test('is given by HTTP in slices and as a file', async ({ assert, client }) => {
    const slice = await client
      .get(`/runs/${run.id}/log`)
      .qs({ from: 10, limit: 20 })
      .loginAs(tenant.owner)
    slice.assertStatus(200)
    const body = slice.body()
    assert.equal(body.offset, 10)
    assert.equal(body.size, BYTES.length)
    assert.equal(body.text, BYTES.subarray(10, body.next).toString('utf8'))

    const file = await client.get(`/runs/${run.id}/log.txt`).loginAs(tenant.owner)
    file.assertStatus(200)
    file.assertHeader('content-type', 'text/plain; charset=utf-8')
    assert.match(
      file.header('content-disposition')!,
      /^attachment; filename="run-[0-9A-Z]{26}\.txt"$/
    )
    assert.equal(file.text(), MIXED)
  })

  test('is given from where a line begins, with its number', async ({ assert, client }) => {
    const lines = Array.from({ length: 500 }, (_, n) => `zeile größe ${n + 1}\n`)
    const bytes = Buffer.from(lines.join(''))
    const own = await createRun(tenant, await createServer(tenant), { state: 'succeeded' })
    for (let at = 0; at < bytes.length; at += 333)
      await appendLog(own, bytes.subarray(at, at + 333))
    for (const from of [-1, 0, 1, 17, 18, 332, 333, 4_000, own.logSize - 3]) {
      const url = `/runs/${own.id}/log?align=line&from=${from}&limit=100`
      const slice = (await client.get(url).loginAs(tenant.owner)).body()
      assert.isAtLeast(slice.offset, from)
      assert.equal(slice.offset, Buffer.byteLength(lines.slice(0, slice.line).join('')))
      assert.equal(slice.text.split('\n')[0], (lines[slice.line] ?? '').trimEnd())
    }
  })

  test('counts the lines before any byte', async ({ assert }) => {
    for (const offset of [0, 1, 7, 100, run.logSize]) {
      const before = BYTES.subarray(0, offset).toString('latin1').split('\n').length - 1
      assert.equal(await linesBefore(run, offset), before, `before ${offset}`)
    }
  })

  test('begins in the middle of an endless line where a character does', async ({ assert }) => {
    const own = await createRun(tenant, await createServer(tenant), { state: 'succeeded' })
    await appendLog(own, 'é'.repeat(50_000))
    assert.equal(await startOfLine(own, 31), 32)
    assert.equal(await startOfLine(own, 32), 32)
  })

  test('answers numbers that make no sense with what is there', async ({ assert, client }) => {
    for (const query of [
      'from=x',
      'from=-1',
      'from=1e99',
      'limit=0',
      'limit=-5',
      'from=1.5',
      'from[]=1',
    ]) {
      const response = await client.get(`/runs/${run.id}/log?${query}`).loginAs(tenant.owner)
      assert.equal(response.status(), 200, query)
      const { offset, next, text } = response.body()
      assert.isTrue(Number.isInteger(offset) && Number.isInteger(next), query)
      assert.equal(Buffer.byteLength(text), next - offset, query)
    }
  })

  test('shows in the page what the server wrote as text, never as markup', async ({
    assert,
    client,
  }) => {
    const hostile = await createRun(tenant, await createServer(tenant), { state: 'failed' })
    await appendLog(hostile, '<img src=x onerror=alert(1)></script><script>alert(1)</script>\n')
    const response = await client.get(`/runs/${hostile.id}`).loginAs(tenant.owner)
    response.assertStatus(200)
    assert.notInclude(response.text(), '<img src=x')
    assert.notInclude(response.text(), '<script>alert(1)')
  })

  test('given as a file ends even when it is removed meanwhile', async ({ assert }) => {
    const removed = await createRun(tenant, await createServer(tenant), { state: 'failed' })
    await appendLog(removed, 'some text')
    await db.from('run_log_chunks').where('run_id', removed.id).delete()
    const visitor = new Visitor()
    await visitor.logIn(tenant.owner)
    const signal = AbortSignal.timeout(5_000)
    const response = await visitor.get(`/runs/${removed.id}/log.txt`, { signal })
    assert.equal(await response.text(), '')
  })

  test('goes with its run', async ({ assert }) => {
    const gone = await createRun(tenant, await createServer(tenant), { state: 'failed' })
    await appendLog(gone, 'some text')
    await gone.delete()
    assert.lengthOf(await db.from('run_log_chunks').where('run_id', gone.id), 0)
  })
})
