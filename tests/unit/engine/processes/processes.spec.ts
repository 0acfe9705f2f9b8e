import { execFileSync } from 'node:child_process'
import { test } from '@japa/runner'
import { isHealthCodes, readHealthCodes } from '#engine/processes/health'
import { planJournal } from '#engine/processes/journal'
import { procfileFunction } from '#engine/processes/procfile'
import {
  assertProcess,
  DEFAULT_SETTINGS,
  isProcessName,
  type ProcessSettings,
  settingsLine,
} from '#engine/processes/settings'
import { parseStates } from '#engine/processes/states'
import { sh } from '#engine/shell/command'
import { render } from '#engine/shell/render'
import { PAYLOADS } from '#tests/support/payload_corpus'

const worker: ProcessSettings = { ...DEFAULT_SETTINGS, name: 'worker', command: 'x' }

test.group('The settings of a process', () => {
  test('are a line of words', ({ assert }) => {
    assert.equal(settingsLine(worker), 'worker 1 - - always 20\n')
    const limited = { ...worker, memoryMegabytes: 256, cpuPercent: 50 }
    assert.equal(settingsLine(limited), 'worker 1 256 50 always 20\n')
  })

  test('are refused out of their form and bounds', ({ assert }) => {
    for (const name of [...PAYLOADS.filter((text) => !/^[a-z]+$/.test(text)), 'A', '1a', 'a.b']) {
      assert.isFalse(isProcessName(name), name)
      assert.throws(() => assertProcess({ ...worker, name }))
      assert.throws(() => planJournal('shop', name, { seconds: 1, lines: 1 }))
    }
    for (const instances of [0, 33, 1.5, Number.NaN, null as never]) {
      assert.throws(() => assertProcess({ ...worker, instances }))
    }
    assert.throws(() => assertProcess({ ...worker, memoryMegabytes: 1 }))
    assert.throws(() => assertProcess({ ...worker, restart: 'x\nExecStart=y' as never }))
  })
})

test.group('The codes of a health check', () => {
  test('are codes and ranges', ({ assert }) => {
    assert.deepEqual(readHealthCodes('200,301-303'), [
      [200, 200],
      [301, 303],
    ])
    for (const codes of ['200', '200-399', '100-599', '200,204,301-303']) {
      assert.isTrue(isHealthCodes(codes), codes)
    }
    for (const codes of [
      '',
      '2xx',
      '99',
      '600',
      '399-200',
      '200-',
      '200,',
      '200 204',
      ...PAYLOADS,
    ]) {
      assert.isFalse(isHealthCodes(codes), codes)
    }
  })
})

test.group('Reading a Procfile', () => {
  function read(text: string): string[] {
    const command = sh`take_process() { printf '%s|%s\\n' "$1" "$2"; }
${procfileFunction()}
read_procfile`
    const options = { input: text, encoding: 'utf8' } as const
    return execFileSync('bash', ['-euc', render(command)], options)
      .split('\n')
      .slice(0, -1)
  }

  test('takes names and commands as they are', ({ assert }) => {
    assert.deepEqual(
      read(`# what runs\n\nweb: node server.js --a="b c"\nworker:\t$(id) \`id\` größe \\n %s  `),
      ['web|node server.js --a="b c"', 'worker|$(id) `id` größe \\n %s']
    )
  })

  test('refuses whatever else, and runs nothing of it', ({ assert }) => {
    const refused = [
      'x',
      'web',
      'web:x',
      'Web: x',
      ': x',
      'web: x\nweb: y',
      'web: a\r\nb: c',
      'a: \x01',
    ]
    for (const text of [...refused, `web: ${'x'.repeat(4000)}`]) {
      assert.throws(() => read(text), /Command failed/, JSON.stringify(text))
    }
    for (const payload of PAYLOADS.filter((text) => !/\p{Cc}/u.test(text) && text.trim())) {
      if (payload.length > 3000) continue
      assert.equal(read(`web: ${payload}`)[0], `web|${payload.replace(/^[ \t]+|[ \t]+$/g, '')}`)
    }
  })
})

test.group('What a server says of its processes', () => {
  const look = (uptime: number, nanoseconds: string) => `Uptime=${uptime}

Id=muster-shop.worker.1.service
ActiveState=activating
SubState=auto-restart
MemoryCurrent=[not set]
CPUUsageNSec=18446744073709551615
NRestarts=7
ActiveEnterTimestampMonotonic=0

Id=muster-shop-b.2.service
ActiveState=active
SubState=running
MemoryCurrent=1048576
CPUUsageNSec=${nanoseconds}
NRestarts=0
ActiveEnterTimestampMonotonic=40000000
`

  test('is read as instances, with what they used in between', ({ assert }) => {
    const text = `${look(100, '1000000000')}\n${look(100.5, '1250000000')}`
    const [web, other] = parseStates('shop', text)
    assert.containSubset(web, {
      ...{ process: 'web', number: 2, slot: 'b', state: 'active', memoryBytes: 1_048_576 },
      ...{ cpuPercent: 50, restarts: 0, seconds: 60.5 },
    })
    assert.containSubset(other, {
      ...{ process: 'worker', number: 1, slot: null, subState: 'auto-restart', restarts: 7 },
      ...{ memoryBytes: null, cpuPercent: null, seconds: null },
    })
  })

  test('is what the processes used where systemd was not told', ({ assert }) => {
    const told = (uptime: number, ticks: number) =>
      look(uptime, `[not set]\nControlGroup=/system.slice/muster-shop-b.2.service\nTicks=${ticks}`)
    const [web] = parseStates('shop', `${told(100, 100)}\n${told(100.5, 125)}`)
    assert.equal(web.cpuPercent, 50)
  })

  test('is nothing of another project, and no more than words and numbers', ({ assert }) => {
    assert.isEmpty(parseStates('shop', 'Id=muster-shop-a-a.service\nActiveState=active\n'))
    assert.isEmpty(parseStates('shop', 'Id=muster-shopping-a.service\nActiveState=active\n'))
    for (const payload of PAYLOADS) {
      const [state] = parseStates('shop', `Id=muster-shop-a.service\nActiveState=${payload}\n`)
      assert.match(state.state, /^[a-z-]+$/)
      assert.isArray(parseStates('shop', payload))
    }
  })
})
