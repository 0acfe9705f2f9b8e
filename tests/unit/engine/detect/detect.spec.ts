import { test } from '@japa/runner'
import { detect } from '#engine/detect/detect'
import { type Proposals } from '#engine/detect/proposals'
import { isShellText } from '#engine/system/grammar'
import { PAYLOADS } from '#tests/support/payload_corpus'

/** A repository of these files; those without text are only there. */
function repository(files: Record<string, string | null>) {
  const contents = Object.entries(files).filter((entry) => entry[1] !== null)
  return { paths: Object.keys(files), contents: new Map(contents as [string, string][]) }
}

const found = (files: Record<string, string | null>, directory?: string): Proposals => {
  const { proposals } = detect(repository(files), directory)
  if (!proposals) throw new Error('Nothing was found.')
  return proposals
}

const node = (dependencies: string[], scripts: Record<string, string> = {}, more: object = {}) =>
  JSON.stringify({
    dependencies: Object.fromEntries(dependencies.map((name) => [name, '1'])),
    scripts,
    ...more,
  })

interface Row {
  files: Record<string, string | null>
  what: string
  runtime: string
  install?: string
  build?: string
  start?: string
  publicDirectory?: string
  version?: string
  migrations?: RegExp
}

const rows: Row[] = [
  {
    files: {
      'package.json': node(['express'], { start: 'node src/server.js' }),
      'package-lock.json': null,
    },
    ...{ what: 'Express', runtime: 'process', install: 'npm ci', start: 'node src/server.js' },
  },
  {
    files: {
      'package.json': node(['express']),
      'yarn.lock': null,
      'index.js': null,
      '.nvmrc': 'v20\n',
    },
    ...{ what: 'Express', runtime: 'process', start: 'node index.js', version: 'Node.js 20' },
    install: 'corepack yarn install --immutable',
  },
  {
    files: {
      'package.json': node(
        ['next', 'react'],
        { build: 'next build' },
        { engines: { node: '>=20' } }
      ),
      'pnpm-lock.yaml': null,
    },
    ...{ what: 'Next.js', runtime: 'process', version: 'Node.js >=20' },
    ...{ build: 'corepack pnpm run build', start: 'npx next start -H $HOST -p $PORT' },
  },
  {
    files: {
      'package.json': node(['@nestjs/core', 'express'], { 'start:prod': 'node dist/main' }),
    },
    ...{ what: 'Nest', runtime: 'process', start: 'node dist/main', install: 'npm install' },
  },
  {
    files: {
      'package.json': node(['vite'], { build: 'vite build' }),
      'package-lock.json': null,
      'index.html': null,
    },
    ...{ what: 'Vite', runtime: 'static', build: 'npm run build', publicDirectory: 'dist' },
  },
  {
    files: {
      'composer.json': '{"require":{"laravel/framework":"^11","php":"^8.2"}}',
      'composer.lock': null,
      'package.json': node(['vite'], { build: 'vite build' }),
      'package-lock.json': null,
    },
    ...{ what: 'Laravel', runtime: 'php', version: 'PHP ^8.2', publicDirectory: 'public' },
    install: 'composer install --no-dev --no-interaction --optimize-autoloader\nnpm ci',
    build: 'npm run build',
    migrations: /artisan migrate --force/,
  },
  {
    files: { 'composer.json': '{"require":{"symfony/framework-bundle":"7.*"}}' },
    ...{ what: 'Symfony', runtime: 'php', publicDirectory: 'public', migrations: /doctrine/ },
  },
  { files: { 'index.php': null }, what: 'PHP', runtime: 'php', publicDirectory: '.' },
  {
    files: {
      'manage.py': null,
      'requirements.txt': 'Django==5.1\ngunicorn\n',
      'shop/wsgi.py': null,
      'shop/asgi.py': null,
    },
    ...{ what: 'Django', runtime: 'process', migrations: /manage\.py migrate/ },
    start: '.venv/bin/gunicorn shop.wsgi:application --bind $HOST:$PORT',
    install: 'python3 -m venv .venv\n.venv/bin/pip install -r requirements.txt',
  },
  {
    files: { 'requirements.txt': 'flask>=3\ngunicorn', 'app.py': null },
    ...{ what: 'Flask', runtime: 'process' },
    start: '.venv/bin/gunicorn app:app --bind $HOST:$PORT',
  },
  {
    files: {
      'pyproject.toml':
        '[project]\nrequires-python = ">=3.11"\ndependencies = ["fastapi[standard]"]\n',
      'app/main.py': null,
      'uv.lock': null,
    },
    ...{ what: 'FastAPI', runtime: 'process', version: 'Python >=3.11' },
    start: '.venv/bin/uvicorn app.main:app --host $HOST --port $PORT',
  },
  {
    files: { 'Pipfile': '[packages]\nflask = "*"\n', 'Pipfile.lock': null },
    ...{ what: 'Flask', runtime: 'process' },
  },
  {
    files: {
      'Gemfile': 'source "https://rubygems.org"\ngem "rails", "~> 8.0"\n',
      '.ruby-version': 'ruby-3.3.0',
      'package.json': node([]),
    },
    ...{ what: 'Rails', runtime: 'process', version: 'Ruby 3.3.0', migrations: /db:migrate/ },
  },
  {
    files: { 'go.mod': 'module example.com/x\n\ngo 1.22\n', 'cmd/web/main.go': null },
    ...{ what: 'Go', runtime: 'process', build: 'go build -o bin/app ./cmd/web', start: 'bin/app' },
    version: 'Go 1.22',
  },
  {
    files: { 'Cargo.toml': '[package]\nname = "shop"\n', 'Cargo.lock': null },
    ...{ what: 'Rust', runtime: 'process', build: 'cargo build --release --locked' },
    start: 'target/release/shop',
  },
  { files: { 'index.html': null }, what: 'Static files', runtime: 'static', publicDirectory: '.' },
  {
    files: { 'public/index.html': null },
    ...{ what: 'Static files', runtime: 'static', publicDirectory: 'public' },
  },
  {
    files: {
      Procfile: 'web: ./serve --port $PORT\nworker: ./work\nrelease: ./migrate\nbad line\n',
    },
    ...{ what: 'Procfile', runtime: 'process', start: './serve --port $PORT' },
    migrations: /^\.\/migrate$/,
  },
]

test.group('What a repository is', () => {
  for (const row of rows) {
    test(`${row.what}: ${Object.keys(row.files).join(', ')}`, ({ assert }) => {
      const proposals = found(row.files)
      assert.equal(proposals.what, row.what)
      assert.equal(proposals.runtime.value, row.runtime)
      for (const key of ['install', 'build', 'start', 'publicDirectory', 'version'] as const) {
        if (row[key]) assert.equal(proposals[key]?.value, row[key], key)
      }
      if (row.migrations) assert.match(proposals.migrations?.value ?? '', row.migrations)
      for (const each of [proposals.runtime, proposals.install, proposals.start]) {
        if (each) assert.isAbove(each.reason.length, 5)
      }
    })
  }

  test('nothing when nothing speaks for anything', ({ assert }) => {
    assert.deepEqual(detect(repository({ 'README.md': 'x' })), { proposals: null, directories: [] })
  })

  test('further processes are those of the Procfile', ({ assert }) => {
    const { processes } = found({ Procfile: 'web: x\nqueue: node queue.js  \nqueue: twice\n' })
    assert.deepEqual(processes, [
      { name: 'queue', command: 'twice', reason: 'The Procfile names it' },
    ])
  })

  test('directories of a monorepo are offered, and each is looked at by itself', ({ assert }) => {
    const files = {
      'package.json': node([], {}, { workspaces: ['apps/*'] }),
      'apps/web/package.json': node(['next']),
      'apps/api/go.mod': 'module x\n',
      'apps/docs/index.html': null,
    }
    assert.deepEqual(detect(repository(files)).directories, [
      { path: 'apps/web', what: 'Next.js' },
      { path: 'apps/api', what: 'Go' },
      { path: 'apps/docs', what: 'Static files' },
    ])
    assert.equal(found(files, 'apps/api').what, 'Go')
    const { directories } = detect(repository(files), 'apps/api')
    assert.include(
      directories.map(({ path }) => path),
      '.'
    )
  })
})

test.group('A hostile repository', () => {
  test('proposes no command that its text went into', ({ assert }) => {
    for (const payload of PAYLOADS) {
      const all = [
        found({ 'package.json': node(['express'], { start: `node ${payload}`, build: payload }) }),
        found({
          'package.json': node([], {}, { main: payload, engines: { node: payload } }),
          [payload]: null,
        }),
        found({ 'Cargo.toml': `name = "${payload}"\nrust-version = "${payload}"` }),
        found({ 'go.mod': `go ${payload}`, [`cmd/${payload}/main.go`]: null }),
        found({ 'manage.py': null, [`${payload}/wsgi.py`]: null, '.python-version': payload }),
      ]
      for (const { install, build, start, version } of all) {
        for (const each of [install, build, start]) {
          assert.match(each?.value ?? '', /^[\w@$ ./:=,\n-]*$/)
          assert.isTrue(isShellText(each?.value ?? ''))
        }
        assert.match(version?.value ?? '', /^[\w .<>=^~|*,-]*$/)
      }
    }
  })

  test('shows lines of a Procfile only as far as they are plain', ({ assert }) => {
    const odd = [
      'web: a\u0000b',
      'web: a\u001B[31m',
      'web: a\u202Eb',
      'web: \uFFFD',
      '-x: y',
      'a b: c',
    ]
    for (const line of odd) assert.isNull(detect(repository({ Procfile: line })).proposals)
  })

  test('breaks nothing by JSON of any shape', ({ assert }) => {
    const shapes = [
      ...['null', '[]', '1', '"x"', '{', '', '\uFEFF{}', '{"scripts":[1]}', '{"scripts":"x"}'],
      ...['{"__proto__":{"next":"1"}}', '{"dependencies":{"__proto__":"1"}}', '{"main":{}}'],
      ...['['.repeat(20_000), '{"a":'.repeat(4_000), '\u0000\uD800'],
    ]
    for (const text of shapes) {
      for (const name of ['package.json', 'composer.json']) {
        assert.doesNotThrow(() => detect(repository({ [name]: text })))
      }
    }
    assert.notEqual(
      found({ 'package.json': '{"__proto__":{"dependencies":{"next":"1"}}}' }).what,
      'Next.js'
    )
  })

  test('is through with megabytes of what patterns go back and forth in', ({ assert }) => {
    const spaces = ' '.repeat(1_000_000)
    const text = `${spaces}gem${spaces}\ngo ${spaces}x\nname =${spaces}\n${'a'.repeat(1_000_000)}:`
    const names = ['Gemfile', 'go.mod', 'Cargo.toml', 'pyproject.toml', 'Procfile', 'Pipfile']
    const files = repository(Object.fromEntries(names.map((name) => [name, text])))
    assert.equal(detect(files).proposals?.what, 'Python')
  })
})
