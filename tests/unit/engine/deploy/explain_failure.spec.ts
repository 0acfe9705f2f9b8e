import { test } from '@japa/runner'
import { explainFailure } from '#engine/deploy/explain_failure'
import { planDeployment } from '#engine/deploy/plan'
import { PAYLOADS } from '#tests/support/payload_corpus'

test.group('Why a deployment failed', () => {
  test('is told by step, command, code, last lines and what to do', ({ assert }) => {
    const tail =
      '\x1b[1m▸ Build\x1b[0m\n\x1b[2m$ npm ci\x1b[0m\nadded 3\n\x1b[2m$ npm run build\x1b[0m\n' +
      '10%\r100%\n\x1b[31merror TS2304\x1b[0m\n\x1b[31mFailed with exit code 2.\x1b[0m\n'
    assert.deepEqual(
      { ...explainFailure({ step: 'build', rc: 2, tail }), next: '' },
      {
        phase: 'Build',
        command: 'npm run build',
        exitCode: 2,
        lastLines: ['$ npm ci', 'added 3', '$ npm run build', '100%', 'error TS2304'],
        reason: 'The command ended with exit code 2.',
        next: '',
      }
    )
    assert.include(explainFailure({ step: 'build', rc: 2, tail }).next, 'still live')
  })

  test('known messages give their reason', ({ assert }) => {
    const reasons: [string, string, RegExp][] = [
      ['fetch', 'git@host: Permission denied (publickey).', /refused the key/],
      ['fetch', 'Host key verification failed.', /host key that is not the confirmed one/],
      ['fetch', "fatal: couldn't find remote ref refs/heads/x", /no such branch/],
      ['fetch', 'ssh: Could not resolve hostname x: Name or service not known', /cannot resolve/],
      [
        'fetch',
        'ssh: connect to host x port 22: Connection refused',
        /cannot reach the git server/,
      ],
      ['fetch', 'fatal: could not read Username for ...: terminal prompts disabled', /a login/],
      ['build', 'sh: 1: npm: not found', /is not on the server/],
      ['build', 'write: No space left on device', /disk is full/],
      ['preflight', 'There is not enough room on /.', /disk is full/],
      ['preflight', 'nginx: configuration file /etc/nginx/nginx.conf test failed', /as it is/],
      ['activate', 'nginx: configuration file /etc/nginx/nginx.conf test failed', /put back/],
      ['health', 'The new instance does not answer on port 1.', /does not answer/],
      ['verify', 'The site answers 500.', /answers with an error through nginx/],
    ]
    for (const [step, tail, reason] of reasons) {
      const told = explainFailure({ step, rc: 1, tail: `x\n${tail}\n` })
      assert.match(told.reason, reason)
      assert.isAbove(told.next.length, 20)
    }
    assert.match(explainFailure({ step: 'build', rc: 137, tail: '' }).reason, /killed/)
    assert.match(explainFailure({ step: null, rc: null, tail: '' }).reason, /without an exit code/)
  })

  test('what a step said itself before it ended is the reason', ({ assert }) => {
    const words = '/srv/muster/shop belongs to another project. Give this one another short name.'
    const tail = `\x1b[2m$ lock the project\x1b[0m\n${words}\nFailed with exit code 78.\n↩ Taking back: X\nAlso said.\n`
    assert.equal(explainFailure({ step: 'preflight', rc: 78, tail }).reason, words)
    assert.match(explainFailure({ step: 'build', rc: 78, tail }).reason, /exit code 78/)
    assert.match(explainFailure({ step: 'preflight', rc: 2, tail }).reason, /exit code 2/)
  })

  test('every step of a deployment has its words', ({ assert }) => {
    const { steps } = planDeployment({
      kind: 'deploy',
      releaseId: '01M7X0M5D8Q4G9KNN3M5FS84WP',
      project: {
        id: 'p',
        slug: 'shop',
        unixUser: 'shop',
        repositoryUrl: 'https://example.com/x',
        branch: 'main',
        runtime: 'process',
        startCommand: 'x',
        domain: 'a.example',
        listenPort: 80,
        appPort: 2000,
        healthPath: '/',
        healthTimeoutSeconds: 1,
        environment: {},
        keepReleases: 1,
      },
    })
    for (const { name, title, optional } of steps) {
      if (optional) continue
      assert.equal(explainFailure({ step: name, rc: 1, tail: '' }).phase, title)
    }
  })

  test('what a server printed comes out as plain, bounded lines', ({ assert }) => {
    const { lastLines } = explainFailure({ step: 'build', rc: 1, tail: PAYLOADS.join('\n') })
    assert.isAtMost(lastLines.length, 20)
    for (const line of lastLines) {
      assert.isAtMost(line.length, 500)
      assert.notMatch(line, /[\p{Cc}\u202e]/u)
    }
  })
})
