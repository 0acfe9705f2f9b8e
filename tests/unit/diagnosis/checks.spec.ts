import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import { judge, type Findings } from '#app/diagnosis/checks'
import Heartbeat from '#app/diagnosis/models/heartbeat'
import type { ProcessGauges } from '#app/diagnosis/process_gauges'

const GIB = 1024 ** 3
const now = DateTime.utc()

function heartbeat(roles: string, values: Partial<ProcessGauges> = {}, secondsAgo = 1) {
  return new Heartbeat().merge({
    roles,
    beatAt: now.minus({ seconds: secondsAgo }),
    gauges: {
      version: '1.0.0',
      node: '26.0.0',
      eventLoopDelay: { p99: 2, max: 8 },
      memory: { rssBytes: 1, heapUsedBytes: 1 },
      pool: { servers: 0, connections: 0, channels: 0, waiting: 0, logins: 0, openBreakers: 0 },
      ...values,
    },
  })
}

const pool = (values: Partial<ProcessGauges['pool']>) => ({
  pool: {
    ...{ servers: 1, connections: 1, channels: 1, waiting: 0, logins: 0, openBreakers: 0 },
    ...values,
  },
})

function findings(values: Partial<Findings> = {}): Findings {
  return {
    heartbeats: [heartbeat('web,worker,scheduler')],
    queueAgeMs: null,
    databaseMs: 1,
    disk: { freeBytes: 50 * GIB, sizeBytes: 100 * GIB },
    sendsMail: true,
    isHttps: true,
    previousKeys: false,
    ...values,
  }
}

test.group('Judging how the panel is', () => {
  test('finds nothing about a panel that is well', ({ assert }) => {
    for (const check of judge(findings(), now)) {
      assert.equal(check.state, 'well', check.name)
      assert.isUndefined(check.advice)
    }
  })

  test('sees {0}, and says what to do')
    .with([
      ['a database that is slow', { databaseMs: 200 }, 'Database', 'watch'],
      ['a database that hardly answers', { databaseMs: 3000 }, 'Database', 'bad'],
      ['no process at all', { heartbeats: [] }, 'Workers', 'bad'],
      ['no worker', { heartbeats: [heartbeat('web,scheduler')] }, 'Workers', 'bad'],
      ['no scheduler', { heartbeats: [heartbeat('web,worker')] }, 'Scheduler', 'bad'],
      [
        'a worker that fell silent',
        { heartbeats: [heartbeat('worker', {}, 60)] },
        'Workers',
        'bad',
      ],
      ['a run that waits', { queueAgeMs: 20_000 }, 'Queue', 'watch'],
      ['a run that nobody takes', { queueAgeMs: 120_000 }, 'Queue', 'bad'],
      [
        'a busy process',
        { heartbeats: [heartbeat('web', { eventLoopDelay: { p99: 900, max: 2000 } })] },
        'Event loop',
        'bad',
      ],
      [
        'servers that are not tried',
        { heartbeats: [heartbeat('worker', pool({ openBreakers: 2 }))] },
        'SSH connections',
        'watch',
      ],
      [
        'commands that wait',
        { heartbeats: [heartbeat('worker', pool({ waiting: 500 }))] },
        'SSH connections',
        'watch',
      ],
      ['little room', { disk: { freeBytes: GIB, sizeBytes: 100 * GIB } }, 'Disk', 'watch'],
      ['no room', { disk: { freeBytes: GIB / 4, sizeBytes: 100 * GIB } }, 'Disk', 'bad'],
      [
        'processes of two versions',
        { heartbeats: [heartbeat('web'), heartbeat('worker', { version: '1.1.0' })] },
        'Versions',
        'watch',
      ],
      ['no mail', { sendsMail: false }, 'Mail', 'watch'],
      ['no TLS', { isHttps: false }, 'Address', 'watch'],
      ['an unfinished rotation', { previousKeys: true }, 'Keys', 'watch'],
    ] as [string, Partial<Findings>, string, string][])
    .run(({ assert }, [, values, name, state]) => {
      const check = judge(findings(values), now).find((each) => each.name === name)!
      assert.equal(check.state, state)
      assert.isNotEmpty(check.advice)
    })
})
