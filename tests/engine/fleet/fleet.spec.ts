import { test } from '@japa/runner'
import { createFleet } from '#tests/fleet/fleet'
import { fleetSupport } from '#tests/fleet/support'
import { openSsh } from '#tests/engine/fleet/open_ssh'

test.group('Fleet', (group) => {
  const fleet = createFleet()

  group.setup(async () => {
    await fleet.start(3)
    return () => fleet.stop()
  })

  test('runs on this machine', ({ assert }) => {
    assert.deepEqual(fleetSupport(), { ok: true })
  })

  test('boots hosts with names of their own that answer by ssh', ({ assert }) => {
    const hostnames = fleet.hosts.map((host) => openSsh(host, 'hostname').trim())
    assert.deepEqual(hostnames, ['web-1', 'web-2', 'web-3'])
  })

  test('gives each host an address, a host key and a machine id of its own', ({ assert }) => {
    const distinct = (values: string[]) => new Set(values).size
    assert.equal(distinct(fleet.hosts.map(({ address }) => address)), 3)
    assert.equal(distinct(fleet.hosts.map(({ knownHost }) => knownHost)), 3)
    assert.equal(distinct(fleet.hosts.map((host) => host.inside(['cat', '/etc/machine-id']))), 3)
  })

  test('runs systemd without a failed unit', async ({ assert }) => {
    for (const host of fleet.hosts) assert.equal(await host.systemState(), 'running')
    assert.equal(fleet.host('web-1').inside(['cat', '/proc/1/comm']).trim(), 'systemd')
  })

  test('lets hosts reach each other by name and nothing outside', ({ assert }) => {
    const host = fleet.host('web-1')
    host.inside(['ping', '-c', '1', '-W', '2', 'web-3'])
    const { hostname } = new URL('http://192.0.2.1')
    assert.throws(() => host.inside(['ping', '-c', '1', '-W', '1', hostname]))
  })

  test('is the same seen from inside and by ssh', ({ assert }) => {
    const host = fleet.host('web-2')
    host.inside(['tee', '/etc/motd'], 'written inside\n')
    assert.equal(openSsh(host, 'cat /etc/motd'), 'written inside\n')
    assert.throws(() => fleet.host('web-1').inside(['grep', 'written', '/etc/motd']))
  })

  test('tells what a failing command inside said', ({ assert }) => {
    const listing = () => fleet.host('web-1').inside(['ls', '/nowhere'])
    assert.throws(listing, /No such file or directory/)
  })

  test('enforces the memory limit of a unit', ({ assert }) => {
    const host = fleet.host('web-1')
    const allocate = (limit: string) =>
      host.inside([
        ...['systemd-run', '--wait', '--pipe', '--quiet', '-p', `MemoryMax=${limit}`],
        ...['python3', '-c', 'print(len(bytearray(200 << 20)))'],
      ])
    assert.equal(allocate('300M').trim(), String(200 << 20))
    assert.throws(() => allocate('64M'))
  })

  test('enforces the process limit of a unit', ({ assert }) => {
    const limited = ['systemd-run', '--wait', '--pipe', '--quiet', '-p', 'TasksMax=3']
    const program = 'import os, time\nfor _ in range(6): os.fork() or time.sleep(9) or os._exit(0)'
    const forks = ['python3', '-c', program]
    assert.throws(() => fleet.host('web-1').inside([...limited, ...forks]), /temporarily unavail/)
  })

  test('keeps the kernel settings of the machine out of reach', ({ assert }) => {
    const host = fleet.host('web-1')
    assert.throws(() => host.inside(['sysctl', '-w', 'kernel.panic=5']), /permission denied/)
    assert.match(host.inside(['sysctl', '-w', 'net.ipv4.ip_forward=1']), /= 1/)
  })

  test('adds users who log in by key or password, with sudo or without', ({ assert }) => {
    const host = fleet.host('web-3')
    host.addUser('deploy', { sudo: 'nopasswd' })
    host.addUser('guest', { password: `it's "quoted" $HOME` })

    assert.equal(openSsh(host, 'sudo -n id -un', { user: 'deploy' }), 'root\n')
    assert.equal(openSsh(host, 'id -un', { user: 'guest' }), 'guest\n')
    assert.throws(() => openSsh(host, 'sudo -n id -un', { user: 'guest' }), /password is required/)
    const password = `it's "quoted" $HOME`
    assert.equal(openSsh(host, 'id -un', { user: 'guest', password }), 'guest\n')
    const wrong = { user: 'guest', password: 'wrong' }
    assert.throws(() => openSsh(host, 'id -un', wrong), /Permission denied/)
  })

  test('lets root log in by password once one is set', ({ assert }) => {
    const host = fleet.host('web-3')
    const login = () => openSsh(host, 'id -un', { password: 'correct horse' })
    assert.throws(login, /Permission denied/)
    host.setPassword('root', 'correct horse')
    assert.equal(login(), 'root\n')
  })

  test('refuses a second start, names that are no host names, and unknown hosts', async ({
    assert,
  }) => {
    await assert.rejects(() => fleet.start(1), /started already/)
    await assert.rejects(() => createFleet().start(['Web_1']), /not a host name/)
    await assert.rejects(() => createFleet().start(['a', 'a']), /same name/)
    assert.throws(() => fleet.host('web-9'), /no host web-9/)
  })

  test('runs beside another fleet with hosts of the same names', async ({ assert }) => {
    await using other = await createFleet().start(['web-1'])
    const [here, there] = [fleet.host('web-1'), other.host('web-1')]
    assert.notEqual(here.address, there.address)
    assert.equal(openSsh(there, 'hostname'), 'web-1\n')
    assert.equal(openSsh(here, 'hostname'), 'web-1\n')
  })

  test('boots hosts whose cgroups are of version 2 alone', async ({ assert }) => {
    await using unified = await createFleet({ cgroups: 'unified' }).start(1)
    const host = unified.host('web-1')
    assert.equal(await host.systemState(), 'running')
    assert.equal(host.inside(['stat', '-fc', '%T', '/sys/fs/cgroup']).trim(), 'cgroup2fs')
  })
})
