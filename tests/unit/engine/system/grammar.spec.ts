import { test } from '@japa/runner'
import {
  assertForm,
  GrammarError,
  isAbsolutePath,
  isBranch,
  isCommit,
  isDomain,
  isEnvironmentKey,
  isEnvironmentValue,
  isHost,
  isPort,
  isRelativePath,
  isRepositoryUrl,
  isRequestPath,
  isSlug,
  isUnixUser,
  readRepositoryUrl,
} from '#engine/system/grammar'
import { NOT_STRINGS, NUL_PAYLOADS, PAYLOADS } from '#tests/support/payload_corpus'

const cases = [
  {
    name: 'short name',
    accepts: isSlug,
    good: ['a', 'shop', 'my-shop-2', 'a'.repeat(24)],
    bad: ['', 'Shop', '1a', '-a', 'a-', 'a--b', 'a_b', 'a'.repeat(25), 'a\n', 'ä'],
  },
  {
    name: 'Unix user',
    accepts: isUnixUser,
    good: ['root', 'deploy', '_apt', 'ec2-user', 'muster-shop', 'first.last'],
    bad: ['', '-x', '1x', 'a b', 'a:b', 'a/b', 'a'.repeat(33), 'root\n', '$(id)'],
  },
  {
    name: 'branch',
    accepts: isBranch,
    good: ['main', 'feature/x', 'v1.2', 'fix_#12', 'überarbeitung', 'a@b', 'release/2026.11+1'],
    bad: [
      ...['', '-main', '/main', 'main/', 'a//b', 'a..b', '.a', 'a/.b', 'a.', 'a.lock', 'a.lock/b'],
      ...['@', 'HEAD', 'a b', 'a~1', 'a^', 'a:b', 'a?', 'a*', 'a[b', 'a\\b', 'a@{b', 'a\n', '--x'],
      'a'.repeat(201),
    ],
  },
  {
    name: 'commit',
    accepts: isCommit,
    good: ['a'.repeat(40), '0123456789abcdef'.repeat(4)],
    bad: ['', 'a'.repeat(39), 'A'.repeat(40), 'g'.repeat(40), 'HEAD', `${'a'.repeat(40)}\n`],
  },
  {
    name: 'domain',
    accepts: isDomain,
    good: ['example.com', 'a.b.example.co.uk', 'xn--bcher-kva.example', 'localhost', '10.0.0.7'],
    bad: [
      '',
      'Example.com',
      '-a.com',
      'a-.com',
      'a..com',
      '.com',
      'a.com.',
      'a b',
      'a_b.com',
      'a;b',
      '*.a.com',
      '_',
      'a'.repeat(64),
    ],
  },
  {
    name: 'host',
    accepts: isHost,
    good: ['web-1', 'Example.com', '10.0.0.7', '::1', 'fe80::1', '2001:db8::7'],
    bad: ['', '-web', 'a b', 'http://a', 'a/b', 'a:22', '[::1]', 'fe80::1%eth0', 'a\n', 'root@a'],
  },
  {
    name: 'name of a variable',
    accepts: isEnvironmentKey,
    good: ['A', '_x', 'DATABASE_URL', 'a1'],
    bad: ['', '1A', 'A-B', 'A B', 'A=B', 'A\n', 'MUSTER_RUN', 'a'.repeat(129)],
  },
  {
    name: 'relative path',
    accepts: isRelativePath,
    good: ['.', 'dist', 'dist/web', '.output/public', 'a.b/c_d-e@f+g'],
    bad: [
      '',
      '/',
      '/a',
      'a/',
      'a//b',
      '..',
      '../a',
      'a/../b',
      'a/.',
      './a',
      '-a',
      'a/-b',
      'a b',
      'a;b',
      'a$b',
      'a\n',
    ],
  },
  {
    name: 'absolute path',
    accepts: isAbsolutePath,
    good: ['/srv/muster/shop', '/a.b/c-d_e'],
    bad: ['', '/', 'a', '/a/', '/a//b', '/a/..', '/a/./b', '/a b', '/a;', '/a\n', '/a{b}'],
  },
  {
    name: 'path of a request',
    accepts: isRequestPath,
    good: ['/', '/health', '/a/b?x=1&y=%20', '/up~'],
    bad: ['', 'health', '/a b', '/a"b', "/a'b", '/a#b', '/a\\b', '/a\n', '/a$b', '/a;b', '/a{b'],
  },
  {
    name: 'repository',
    accepts: isRepositoryUrl,
    good: [
      'https://github.com/you/app.git',
      'https://git.example.com:8443/~you/app',
      'ssh://git@10.77.0.2/srv/git/shop.git',
      'ssh://git@example.com:2222/shop.git',
      'git@github.com:you/app.git',
      'git@host:/srv/git/app.git',
      'git@host:app',
    ],
    bad: [
      ...['', 'http://a/b', 'git://a/b', 'file:///etc/passwd', 'ext::sh -c x', '/srv/git/x', './x'],
      ...['https://user:pw@host/x', 'https://user@host/x', 'https://host/x?y', 'https://host/x#y'],
      ...[
        'https://host/',
        'https://host',
        'https:///x',
        'ssh://-oProxyCommand=x/y',
        'https://-x/y',
      ],
      ...[
        '-oProxyCommand=x@host:path',
        'git@-x:y',
        'git@host:-x',
        'git@host:../x',
        'git@host:a/../b',
      ],
      ...[
        'https://host/../x',
        'https://host/a/-b',
        'https://host:99999/x',
        'git@host:a b',
        'git@host:',
      ],
      ...[
        'git@host:a\n',
        'https://host/x\nid',
        'ssh://git@host/$(id)',
        'git@host://x',
        'a'.repeat(401),
      ],
    ],
  },
]

test.group('Grammars', () => {
  for (const { name, accepts, good, bad } of cases) {
    test(`a ${name} is what it should be and nothing else`, ({ assert }) => {
      for (const value of good) assert.isTrue(accepts(value), JSON.stringify(value))
      for (const value of bad) assert.isFalse(accepts(value), JSON.stringify(value))
      for (const value of NOT_STRINGS) assert.isFalse(accepts(value), JSON.stringify(value))
      for (const value of NUL_PAYLOADS) assert.isFalse(accepts(value), JSON.stringify(value))
    })
  }

  test('what they accept has none of the characters that mean something somewhere', ({
    assert,
  }) => {
    const meaning = /[\s'"`\\$;|<>(){}*!^\p{Cc}\u2028\u202e]|^-/u
    for (const { name, accepts } of cases) {
      for (const payload of PAYLOADS) {
        if (accepts(payload)) assert.notMatch(payload, meaning, name)
      }
    }
  })

  test('the value of a variable is any text without NUL, to 64 KiB', ({ assert }) => {
    for (const payload of PAYLOADS) assert.isTrue(isEnvironmentValue(payload))
    for (const payload of NUL_PAYLOADS) assert.isFalse(isEnvironmentValue(payload))
    assert.isFalse(isEnvironmentValue('a'.repeat(65537)))
    assert.isFalse(isEnvironmentValue('\ud800'))
  })

  test('a port is a whole number from 1 to 65535', ({ assert }) => {
    for (const value of [1, 80, 65535]) assert.isTrue(isPort(value))
    for (const value of [0, -1, 65536, 1.5, Number.NaN, '80', null]) assert.isFalse(isPort(value))
  })

  test('the parts of a repository’s address are read', ({ assert }) => {
    assert.deepEqual(readRepositoryUrl('ssh://git@example.com:2222/a/b.git'), {
      protocol: 'ssh',
      user: 'git',
      host: 'example.com',
      port: 2222,
      path: '/a/b.git',
    })
    assert.deepEqual(readRepositoryUrl('git@host:a/b'), {
      protocol: 'ssh',
      user: 'git',
      host: 'host',
      port: null,
      path: 'a/b',
    })
    assert.containSubset(readRepositoryUrl('https://host/a'), { protocol: 'https', user: null })
  })

  test('a value out of its form is refused without being repeated', ({ assert }) => {
    assert.equal(assertForm(isSlug, 'shop', 'The short name'), 'shop')
    try {
      assertForm(isSlug, 'x; id', 'The short name')
      assert.fail('it was accepted')
    } catch (error) {
      assert.instanceOf(error, GrammarError)
      assert.match((error as Error).message, /^The short name does not have/)
      assert.notInclude((error as Error).message, '; id')
    }
  })
})
