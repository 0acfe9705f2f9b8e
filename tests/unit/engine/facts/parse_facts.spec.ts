import { test } from '@japa/runner'
import { parseFacts } from '#engine/facts/parse_facts'
import { PAYLOADS } from '#tests/support/payload_corpus'

const ANSWER = `Welcome!
fact os_ID debian
fact os_VERSION_ID "12"
fact os_PRETTY_NAME "Debian GNU/Linux 12 (bookworm)"
fact hostname web-1
fact kernel 6.1.0-18-amd64
fact architecture x86_64
fact cpus 4
fact cpu_model AMD EPYC   7543P
fact reboot_required yes
fact updates 12 3
fact service nginx.service loaded active running A high performance web server
fact service cron.service not-found inactive dead cron.service
fact listen LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=12,fd=6))
fact MemTotal 8052052 kB
fact MemAvailable 6000000 kB
fact SwapTotal 1048572 kB
fact SwapFree 1048000 kB
fact disk /dev/sdb1 xfs 1000 600 400 60% /var/my data
fact disk /dev/sda1 ext4 41152832 10288208 28950000 27% /
fact disk /dev/sda1 ext4 41152832 10288208 28950000 27% /mnt/bind
fact disk tmpfs tmpfs 402604 0 402604 0% /run
fact load 0.50 0.25 0.10 1/123 4567
fact uptime 12345.67 99999.00
fact boot_id ccd9b025-f874-4bdd-b66b-aed64c902808
fact init systemd
fact package_manager apt-get
fact timezone Europe/Berlin
fact nginx nginx version: nginx/1.22.1
fact git git version 2.39.5
fact node v18.20.4
`

test.group('The facts of a server', () => {
  test('are read with their units', ({ assert }) => {
    assert.deepEqual(parseFacts(ANSWER), {
      hostname: 'web-1',
      os: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
      kernel: '6.1.0-18-amd64',
      architecture: 'x86_64',
      cpus: 4,
      cpuModel: 'AMD EPYC 7543P',
      memory: { totalBytes: 8052052 * 1024, availableBytes: 6000000 * 1024 },
      swap: { totalBytes: 1048572 * 1024, freeBytes: 1048000 * 1024 },
      disks: [
        {
          mount: '/',
          filesystem: 'ext4',
          sizeBytes: 41152832 * 1024,
          usedBytes: 10288208 * 1024,
          availableBytes: 28950000 * 1024,
        },
        {
          mount: '/var/my data',
          filesystem: 'xfs',
          sizeBytes: 1000 * 1024,
          usedBytes: 600 * 1024,
          availableBytes: 400 * 1024,
        },
      ],
      load: [0.5, 0.25, 0.1],
      uptimeSeconds: 12345,
      bootId: 'ccd9b025-f874-4bdd-b66b-aed64c902808',
      init: 'systemd',
      packageManager: 'apt',
      timezone: 'Europe/Berlin',
      services: [{ name: 'nginx', state: 'active' }],
      ports: [{ port: 80, address: '*', process: 'nginx' }],
      rebootRequired: true,
      updates: { total: 12, security: 3 },
      versions: {
        nginx: '1.22.1',
        git: '2.39.5',
        node: '18.20.4',
        npm: null,
        php: null,
        python: null,
      },
    })
  })

  test('that are missing are empty', ({ assert }) => {
    const facts = parseFacts('')
    assert.containSubset(facts, { hostname: '', cpus: 0, disks: [], load: [0, 0, 0], bootId: '' })
    assert.containSubset(facts, { packageManager: null, timezone: 'UTC' })
    assert.containSubset(facts, { services: [], ports: [], rebootRequired: false, updates: null })
  })

  test('of a hostile server are bounded and without control characters', ({ assert }) => {
    const names = [...ANSWER.matchAll(/^fact (\w+)/gm)].map(([, name]) => name)
    for (const payload of PAYLOADS) {
      const facts = parseFacts(names.map((name) => `fact ${name} ${payload}\n`).join(''))
      const text = JSON.stringify(facts)
      assert.isBelow(text.length, 3000)
      assert.notMatch(text, /\\u00[01]|\u2028|\u202e|\p{Cc}/u)
      for (const value of [
        facts.cpus,
        facts.uptimeSeconds,
        facts.memory.totalBytes,
        ...facts.load,
      ]) {
        assert.isTrue(Number.isFinite(value) && value >= 0)
      }
    }
    const many = Array.from({ length: 5000 }, (_, n) => `fact disk /dev/${n} ext4 1 1 1 1% /${n}\n`)
    assert.isAtMost(parseFacts(many.join('')).disks.length, 50)
    const services = Array.from(
      { length: 5000 },
      (_, n) => `fact service s${n}.service loaded active running x\n`
    )
    const ports = Array.from(
      { length: 5000 },
      (_, n) => `fact listen LISTEN 0 1 0.0.0.0:${n} 0.0.0.0:* users:(("a",pid=1,fd=1))\n`
    )
    assert.isAtMost(parseFacts(services.join('')).services.length, 60)
    assert.isAtMost(parseFacts(ports.join('')).ports.length, 100)
  })
})
