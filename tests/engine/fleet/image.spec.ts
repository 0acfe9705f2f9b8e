import { test } from '@japa/runner'
import { createFleet } from '#tests/fleet/fleet'

test.group('Images', () => {
  test('a base host has neither nginx nor Node.js and installs nginx without a network', async ({
    assert,
  }) => {
    await using fleet = await createFleet().start(2)
    const [host, neighbour] = fleet.hosts
    assert.throws(() => host.inside(['sh', '-c', 'command -v nginx || command -v node']))

    host.inside(['apt-get', 'update'])
    host.inside(['apt-get', 'install', '-y', '--no-install-recommends', 'nginx'])
    assert.match(
      neighbour.inside(['curl', '--silent', '--show-error', 'http://web-1/']),
      /Welcome to nginx/
    )
  })

  test('a base host can install Node.js and npm without a network', async ({ assert }) => {
    await using fleet = await createFleet().start(1)
    const host = fleet.host('web-1')
    const install = [
      'apt-get',
      'install',
      '-y',
      '--no-install-recommends',
      'nodejs',
      'npm',
      'rsync',
    ]
    host.inside(['apt-get', 'update'])
    await host.insideAsync(install)
    assert.match(host.inside(['npm', '--version']), /^\d+\./)
    assert.equal(host.inside(['node', '-p', '6 * 7']), '42\n')
  })

  test('a prepared host serves by nginx and has Node.js from its first boot', async ({
    assert,
  }) => {
    await using fleet = await createFleet({ image: 'prepared' }).start(2)
    const [host, neighbour] = fleet.hosts
    assert.equal(await host.systemState(), 'running')
    assert.equal(host.inside(['systemctl', 'is-enabled', 'nginx']), 'enabled\n')
    assert.match(neighbour.inside(['curl', '--silent', 'http://web-1/']), /Welcome to nginx/)
    assert.match(host.inside(['sh', '-c', 'npm --version && rsync --version']), /^\d+\./)
  })
})
