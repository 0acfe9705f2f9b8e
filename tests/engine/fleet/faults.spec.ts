import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { createFleet } from '#tests/fleet/fleet'
import { answersSsh } from '#tests/fleet/ssh_banner'
import { openSsh } from '#tests/engine/fleet/open_ssh'

/** Milliseconds between sending SSH's identification and the server's key exchange offer. */
async function roundTrip(port: { host: string; port: number }): Promise<number> {
  const socket = connect({ ...port, noDelay: true })
  await once(socket, 'data')
  const sent = performance.now()
  socket.write('SSH-2.0-fleet\r\n')
  await once(socket, 'data')
  socket.destroy()
  return performance.now() - sent
}

test.group('Host faults', (group) => {
  const fleet = createFleet()

  group.setup(async () => {
    await fleet.start([{ name: 'web-1', disk: '64m' }, 'web-2'])
    return () => fleet.stop()
  })

  test('a host with its link down runs on unreachable until the link is up', async ({ assert }) => {
    const host = fleet.host('web-1')
    host.linkDown()
    assert.isFalse(await answersSsh(host.address, host.port))
    assert.isTrue(await answersSsh(fleet.host('web-2').address, 22))
    assert.equal(host.inside(['hostname']).trim(), 'web-1')
    host.linkUp()
    await host.ready()
    assert.equal(openSsh(host, 'hostname'), 'web-1\n')
  })

  test('a delayed host takes longer by the round trip asked for', async ({ assert }) => {
    const host = fleet.host('web-1')
    const proxy = await host.delayed(300)
    try {
      assert.isBelow(await roundTrip({ host: host.address, port: host.port }), 250)
      assert.isAtLeast(await roundTrip(proxy), 299)
    } finally {
      await proxy.close()
    }
  })

  test('a held proxy delivers nothing until it is resumed, in order', async ({ assert }) => {
    const proxy = await fleet.host('web-1').delayed(0)
    try {
      proxy.hold()
      assert.isFalse(await answersSsh(proxy.host, proxy.port))
      const answer = answersSsh(proxy.host, proxy.port)
      proxy.resume()
      assert.isTrue(await answer)
    } finally {
      await proxy.close()
    }
  })

  test('a proxy resets its connections after the bytes given', async ({ assert }) => {
    const proxy = await fleet.host('web-1').delayed(0)
    try {
      const socket = connect(proxy.port, proxy.host)
      const failed = new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve))
      await once(socket, 'data')
      proxy.resetAfter(10)
      socket.write('SSH-2.0-fleet\r\n')
      const { code } = await failed
      assert.equal(code, 'ECONNRESET')
      assert.isTrue(await answersSsh(proxy.host, proxy.port))
    } finally {
      await proxy.close()
    }
  })

  test('a stopped sshd refuses connections until it is started', async ({ assert }) => {
    const host = fleet.host('web-1')
    host.stopSshd()
    const socket = connect(host.port, host.address)
    const [error] = await once(socket, 'error').catch((cause) => [cause])
    assert.equal(error.code, 'ECONNREFUSED')
    host.startSshd()
    await host.ready()
  })

  test('a killed sshd breaks its sessions and comes back', async ({ assert }) => {
    const host = fleet.host('web-1')
    const [before, session] = [mainPid(), connect(host.port, host.address)]
    await once(session, 'data')
    const closed = new Promise((resolve) => session.once('close', resolve))
    session.on('error', () => {})
    host.killSshd()
    await closed
    await host.ready()
    assert.notEqual(mainPid(), before)

    function mainPid() {
      return host.inside(['systemctl', 'show', '-P', 'MainPID', 'ssh']).trim()
    }
  })

  test('killed sessions leave sshd alone', async ({ assert }) => {
    const host = fleet.host('web-1')
    const session = connect(host.port, host.address)
    const closed = new Promise((resolve) => session.once('close', resolve))
    session.on('error', () => {})
    await once(session, 'data')
    const listener = host.inside(['systemctl', 'show', '-P', 'MainPID', 'ssh'])
    host.killSessions()
    await closed
    assert.equal(host.inside(['systemctl', 'show', '-P', 'MainPID', 'ssh']), listener)
  })

  test('a paused sshd accepts connections and says nothing until it is resumed', async ({
    assert,
  }) => {
    const host = fleet.host('web-1')
    host.pauseSshd()
    const socket = connect(host.port, host.address)
    await once(socket, 'connect')
    assert.isFalse(await answersSsh(host.address, host.port))
    const [banner] = await Promise.all([once(socket, 'data'), host.resumeSshd()])
    assert.match(String(banner[0]), /^SSH-2\.0-/)
    socket.destroy()
  })

  test('a full disk takes no byte more until it is freed', ({ assert }) => {
    const host = fleet.host('web-1')
    const write = () => host.inside(['tee', '/srv/file'], 'data\n')
    assert.match(host.inside(['df', '-m', '--output=size', '/']), /\b64\b/)
    host.fillDisk()
    assert.throws(write, /No space left on device/)
    host.freeDisk()
    assert.equal(write(), 'data\n')
  })

  test('the disk the hosts share with the machine cannot be filled', ({ assert }) => {
    assert.throws(() => fleet.host('web-2').fillDisk(), /ample room/)
  })

  test('a rebooted host has a new boot id, no uptime, and the files it had', async ({ assert }) => {
    const host = fleet.host('web-1')
    const bootId = () => host.inside(['cat', '/proc/sys/kernel/random/boot_id'])
    const before = bootId()
    host.inside(['tee', '/srv/kept', '/run/lost'], 'kept\n')
    await host.reboot()
    assert.notEqual(bootId(), before)
    assert.isBelow(Number.parseFloat(host.inside(['cat', '/proc/uptime'])), 20)
    assert.equal(openSsh(host, 'cat /srv/kept'), 'kept\n')
    assert.throws(() => host.inside(['cat', '/run/lost']))
    assert.equal(await host.systemState(), 'running')
  })

  test('a reboot asked for by ssh brings the host back as well', async ({ assert }) => {
    const host = fleet.host('web-2')
    const back = host.nextBoot()
    openSsh(host, 'systemd-run --quiet sh -c "sleep 0.2; systemctl reboot"')
    await back
    assert.equal(openSsh(host, 'hostname'), 'web-2\n')
  })

  test('a host that shuts down stays off until it is powered on', async ({ assert }) => {
    const host = fleet.host('web-2')
    openSsh(host, 'systemd-run --quiet sh -c "sleep 0.2; systemctl poweroff"')
    while (host.running) await sleep(20)
    await assert.rejects(() => host.ready(), /powered off/)
    await host.powerOn()
    assert.equal(openSsh(host, 'hostname'), 'web-2\n')
  })

  test('a host without power is silent and boots again with its disk', async ({ assert }) => {
    const host = fleet.host('web-1')
    host.inside(['tee', '/srv/kept'], 'still\n')
    await host.powerOff()
    assert.isFalse(await answersSsh(host.address, host.port))
    assert.throws(() => host.inside(['hostname']), /powered off/)
    await host.powerOn()
    assert.equal(openSsh(host, 'cat /srv/kept'), 'still\n')
  })

  test('a replaced host key is refused by who pinned the old one', ({ assert }) => {
    const host = fleet.host('web-2')
    const pinned = host.knownHost
    host.replaceHostKey()
    assert.notEqual(host.knownHost, pinned)
    assert.throws(
      () => openSsh(host, 'hostname', { knownHost: pinned }),
      /Host key verification failed/
    )
    assert.equal(openSsh(host, 'hostname'), 'web-2\n')
  })
})
