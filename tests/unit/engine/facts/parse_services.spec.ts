import { test } from '@japa/runner'
import { parsePorts, parseServices } from '#engine/facts/parse_services'
import { PAYLOADS } from '#tests/support/payload_corpus'

test.group('The services of a server', () => {
  test('are those that systemd has loaded, by name', ({ assert }) => {
    const services = parseServices([
      'ssh.service loaded active running OpenBSD Secure Shell server',
      'postgresql@15-main.service loaded active running PostgreSQL Cluster 15-main',
      'redis-server.service loaded failed failed Advanced key-value store',
      'mysql.service not-found inactive dead mysql.service',
      'ssh.service loaded active running listed twice',
      '0 loaded units listed.',
    ])
    assert.deepEqual(services, [
      { name: 'postgresql@15-main', state: 'active' },
      { name: 'redis-server', state: 'failed' },
      { name: 'ssh', state: 'active' },
    ])
  })

  test('have no names that no unit can have', ({ assert }) => {
    for (const payload of PAYLOADS) {
      const lines = [
        `${payload}.service loaded active running x`,
        `x.service loaded ${payload} y z`,
      ]
      for (const { name, state } of parseServices(lines)) {
        assert.match(name, /^[A-Za-z0-9:_.@\\-]{1,100}$/)
        assert.match(state, /^[a-z-]{1,20}$/)
      }
    }
  })
})

test.group('The ports of a server', () => {
  test('are read from ss, each address once', ({ assert }) => {
    const ports = parsePorts(
      [
        'LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))',
        'LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=1,fd=4))',
        'LISTEN 0 4096 127.0.0.53%lo:53 0.0.0.0:* users:(("systemd-resolve",pid=9,fd=14))',
        'LISTEN 0 511 *:80 *:* users:(("nginx",pid=7,fd=6),("nginx",pid=8,fd=6))',
        'LISTEN 0 5 [fe80::1%eth0]:8080 [::]:*',
        'ESTAB 0 0 10.0.0.1:22 10.0.0.2:5555',
      ],
      []
    )
    assert.deepEqual(ports, [
      { port: 22, address: '*', process: 'sshd' },
      { port: 53, address: '127.0.0.53', process: 'systemd-resolve' },
      { port: 80, address: '*', process: 'nginx' },
      { port: 8080, address: 'fe80::1', process: null },
    ])
  })

  test('are read from the kernel where there is no ss', ({ assert }) => {
    const ports = parsePorts(
      [],
      [
        '0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1',
        '1: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 2 1',
        '2: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0',
        '3: 00000000000000000000000001000000:0CEA 00000000000000000000000000000000:0000 0A 0:0',
        '4: 0100007F:9999 0100007F:1538 01 00000000:00000000',
      ]
    )
    assert.deepEqual(ports, [
      { port: 22, address: '*', process: null },
      { port: 80, address: '*', process: null },
      { port: 3306, address: '::1', process: null },
      { port: 5432, address: '127.0.0.1', process: null },
    ])
  })

  test('of a hostile server are numbers of ports, and addresses', ({ assert }) => {
    for (const payload of PAYLOADS) {
      const ports = parsePorts(
        [`LISTEN 0 1 ${payload}:80 *:*`, `LISTEN 0 1 0.0.0.0:${payload} *:*`, payload],
        [payload, `0: ${payload}:0016 00000000:0000 0A 0`]
      )
      for (const { port, address } of ports) {
        assert.isTrue(Number.isInteger(port) && port > 0 && port < 65_536)
        assert.match(address, /^(\*|[0-9a-f:.]+)$/i)
      }
    }
    assert.deepEqual(
      parsePorts(['LISTEN 0 1 0.0.0.0:99999 *:*', 'LISTEN 0 1 0.0.0.0:0 *:*'], []),
      []
    )
  })
})
