import { test } from '@japa/runner'
import {
  type Live,
  renderCandidate,
  renderLive,
  renderSite,
  siteFile,
  type Site,
} from '#engine/system/nginx'
import { type Pool, renderPool } from '#engine/system/php'
import { PAYLOADS } from '#tests/support/payload_corpus'

const site: Site = {
  slug: 'my-shop',
  domain: 'shop.example.com',
  listenPort: 80,
  serves: { kind: 'process' },
}

const live: Live = {
  slug: 'my-shop',
  releaseId: '01M7X0M5D8Q4G9KNN3M5FS84WP',
  slot: 'b',
  directory: '/srv/muster/my-shop/releases/x/dist',
}

const pool: Pool = { socket: '/run/x/php.sock', workers: 8, graceSeconds: 20, sessions: '/srv/x' }

const hostile = [
  ...PAYLOADS.filter((payload) => !/^[a-z]+$/.test(payload)),
  ...['a.com; return 200', 'a.com}', 'a.com\nlisten 1;'],
]

test.group('The site of a project', () => {
  test('sends visitors to its upstream', ({ assert }) => {
    const text = renderSite(site)
    assert.include(text, '    server_name shop.example.com;\n')
    assert.include(text, '        proxy_pass http://muster_my_shop;\n')
    assert.include(text, 'proxy_set_header Connection $muster_my_shop_connection;')
    assert.equal(siteFile('my-shop'), '/etc/nginx/conf.d/muster-my-shop.conf')
  })

  test('serves the files of its release and follows no link out of them', ({ assert }) => {
    const text = renderSite({ ...site, serves: { kind: 'static' } })
    assert.include(text, '    root $muster_my_shop_root;\n')
    assert.include(text, 'disable_symlinks if_not_owner from=/srv/muster/my-shop/releases;')
    assert.notInclude(text, 'proxy_pass')
  })

  test('runs the front controller of php, and other files only when they are meant to', ({
    assert,
  }) => {
    const front = renderSite({ ...site, serves: { kind: 'php', files: 'front' } })
    assert.include(front, 'location = /index.php {')
    assert.include(front, 'location ~ \\.php(?:/|$) {\n        return 404;')
    assert.include(front, 'SCRIPT_FILENAME $realpath_root$fastcgi_script_name;')
    const all = renderSite({ ...site, serves: { kind: 'php', files: 'all' } })
    assert.include(all, 'location ~ \\.php$ {\n        try_files $uri =404;')
  })

  test('knows its release by the live file alone', ({ assert }) => {
    const text = renderLive(live)
    assert.include(text, '# muster release=01M7X0M5D8Q4G9KNN3M5FS84WP slot=b\n')
    assert.include(text, '    default /srv/muster/my-shop/releases/x/dist;\n')
    assert.include(text, 'map $http_upgrade $muster_my_shop_connection {')
    assert.notInclude(renderSite(site), live.releaseId)
  })

  test('is not written of anything out of its form', ({ assert }) => {
    const php: Site = { ...site, serves: { kind: 'php', files: 'all' } }
    for (const value of hostile) {
      assert.throws(() => renderSite({ ...site, domain: value }), /form/)
      assert.throws(() => renderSite({ ...site, slug: value }), /form/)
      assert.throws(() => renderLive({ ...live, releaseId: value }), /form/)
      assert.throws(() => renderCandidate({ ...php, domain: value }, 1, live, '/run/x'), /form/)
      if (value === '/absolute') continue
      assert.throws(() => renderLive({ ...live, directory: value }), /form/)
      assert.throws(() => renderCandidate(php, 1, live, value), /form/)
    }
    for (const port of [0, 1.5, 65_536, '80; x' as never, Number.NaN]) {
      assert.throws(() => renderSite({ ...site, listenPort: port }), /port/)
      assert.throws(() => renderCandidate(php, port, live, '/run/x'), /port/)
    }
  })
})

test.group('The pool of a project', () => {
  test('has its own socket and workers, and looks at no file twice', ({ assert }) => {
    const lines = renderPool(pool).split('\n')
    assert.includeMembers(lines, [
      'listen = /run/x/php.sock',
      'pm.max_children = 8',
      'process_control_timeout = 20s',
      'php_value[opcache.validate_timestamps] = 0',
    ])
    const one = renderPool({ ...pool, workers: 1 })
    assert.include(one, 'pm.start_servers = 1\n')
    assert.include(one, 'pm.max_spare_servers = 1\n')
  })

  test('is not written of anything out of its form', ({ assert }) => {
    for (const value of hostile.filter((payload) => payload !== '/absolute')) {
      assert.throws(() => renderPool({ ...pool, socket: value }), /form/)
      assert.throws(() => renderPool({ ...pool, sessions: value }), /form/)
    }
    assert.throws(() => renderPool({ ...pool, workers: 0 }), /worker/)
  })
})
