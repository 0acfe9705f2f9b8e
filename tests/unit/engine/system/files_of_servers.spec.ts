import { test } from '@japa/runner'
import { renderSite, siteFile, type Site } from '#engine/system/nginx'
import { renderService, systemctl, unitFile, type ServiceUnit } from '#engine/system/systemd'
import { PAYLOADS } from '#tests/support/payload_corpus'

const site: Site = {
  slug: 'my-shop',
  domain: 'shop.example.com',
  listenPort: 80,
  releaseId: '01M7X0M5D8Q4G9KNN3M5FS84WP',
  serves: { port: 20_001, slot: 'b' },
}

const unit: ServiceUnit = {
  description: 'Muster project shop (slot a)',
  user: 'muster-shop',
  workingDirectory: '/srv/muster/shop/releases/01M7X0M5D8Q4G9KNN3M5FS84WP',
  script: '/srv/muster/shop/meta/01M7X0M5D8Q4G9KNN3M5FS84WP/start',
  environment: { HOST: '127.0.0.1', PORT: '20000' },
}

test.group('The site of a project', () => {
  test('sends visitors to the instance of its slot', ({ assert }) => {
    const text = renderSite(site)
    assert.include(text, '# muster release=01M7X0M5D8Q4G9KNN3M5FS84WP slot=b\n')
    assert.include(text, '    server_name shop.example.com;\n')
    assert.include(text, '        proxy_pass http://127.0.0.1:20001;\n')
    assert.include(text, 'map $http_upgrade $muster_my_shop_connection {')
    assert.equal(siteFile('my-shop'), '/etc/nginx/conf.d/muster-my-shop.conf')
  })

  test('serves the files of its release and follows no link out of them', ({ assert }) => {
    const text = renderSite({
      ...site,
      serves: { directory: '/srv/muster/my-shop/releases/x/dist' },
    })
    assert.include(text, '# muster release=01M7X0M5D8Q4G9KNN3M5FS84WP slot=-\n')
    assert.include(text, '    root /srv/muster/my-shop/releases/x/dist;\n')
    assert.include(text, 'disable_symlinks if_not_owner from=$document_root;')
    assert.notInclude(text, 'proxy_pass')
  })

  test('is not written of anything out of its form', ({ assert }) => {
    const hostile = PAYLOADS.filter((payload) => !/^[a-z]+$/.test(payload))
    for (const value of [...hostile, 'a.com; return 200', 'a.com}', 'a.com\nlisten 1;']) {
      assert.throws(() => renderSite({ ...site, domain: value }), /form/)
      assert.throws(() => renderSite({ ...site, slug: value }), /form/)
      assert.throws(() => renderSite({ ...site, releaseId: value }), /form/)
      if (value === '/absolute') continue
      assert.throws(() => renderSite({ ...site, serves: { directory: value } }), /form/)
    }
    for (const port of [0, 1.5, 65_536, '80; x' as never, Number.NaN]) {
      assert.throws(() => renderSite({ ...site, listenPort: port }), /port/)
      assert.throws(() => renderSite({ ...site, serves: { port, slot: 'a' } }), /port/)
    }
  })
})

test.group('The unit of a process', () => {
  test('runs a script as the user of the project', ({ assert }) => {
    const lines = renderService(unit).split('\n')
    assert.includeMembers(lines, [
      'User=muster-shop',
      'Environment=PORT=20000',
      'ExecStart=/usr/bin/env bash /srv/muster/shop/meta/01M7X0M5D8Q4G9KNN3M5FS84WP/start',
      'Restart=on-failure',
      'NoNewPrivileges=yes',
    ])
    assert.lengthOf(
      lines.filter((line) => line.startsWith('Exec')),
      1
    )
  })

  test('has no specifier of systemd in it', ({ assert }) => {
    assert.include(renderService({ ...unit, description: '100%n' }), 'Description=100%%n\n')
  })

  test('is not written of anything out of its form', ({ assert }) => {
    for (const value of [
      'a\nExecStart=x',
      '"',
      '$(id)',
      '\\',
      '{}',
      '[Service]',
      'a'.repeat(201),
    ]) {
      assert.throws(() => renderService({ ...unit, description: value }), /characters/)
    }
    for (const value of PAYLOADS.filter((payload) => !/^[\w/.:-]+$/.test(payload))) {
      assert.throws(() => renderService({ ...unit, user: value }))
      assert.throws(() => renderService({ ...unit, workingDirectory: value }))
      assert.throws(() => renderService({ ...unit, script: value }))
      assert.throws(() => renderService({ ...unit, environment: { [value]: '1' } }))
      assert.throws(() => renderService({ ...unit, environment: { A: value } }))
      assert.throws(() => unitFile(value))
      assert.throws(() => systemctl('stop', value))
    }
  })
})
