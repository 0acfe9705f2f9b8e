import { test } from '@japa/runner'
import { createNonce } from '#engine/detached/nonce'
import { outlineOf } from '#engine/detached/script'
import { type DeployProject } from '#engine/deploy/input'
import { compileDeployment, planDeployment } from '#engine/deploy/plan'
import { Secret } from '#engine/shell/secret'
import { PAYLOADS } from '#tests/support/payload_corpus'

const RELEASE = '01M7X0M5D8Q4G9KNN3M5FS84WP'

const project: DeployProject = {
  id: 'project-1',
  slug: 'shop',
  unixUser: 'muster-shop',
  repositoryUrl: 'git@git.example.com:shop.git',
  branch: 'main',
  deployKey: new Secret('a-deploy-key'),
  knownHosts: 'git.example.com ssh-ed25519 AAAA\n',
  runtime: 'process',
  buildCommands: 'npm ci',
  startCommand: 'node server.js',
  domain: 'shop.example.com',
  listenPort: 80,
  appPort: 20_000,
  healthPath: '/health',
  healthTimeoutSeconds: 30,
  environment: { PLAIN: 'plain', TOKEN: new Secret('a-token') },
  keepReleases: 5,
}

const plan = (changes: Partial<DeployProject> = {}, kind: 'deploy' | 'rollback' = 'deploy') =>
  planDeployment({ kind, releaseId: RELEASE, project: { ...project, ...changes } })

const names = (...input: Parameters<typeof plan>) => plan(...input).steps.map(({ name }) => name)

test.group('The plan of a deployment', () => {
  test('of a process starts and checks the new instance before the switch', ({ assert }) => {
    assert.deepEqual(names(), [
      ...['preflight', 'prepare', 'fetch', 'export', 'environment', 'processes', 'build', 'seal'],
      ...['start', 'health', 'activate', 'verify', 'workers', 'retire', 'retain'],
    ])
  })

  test('of static files needs no instance', ({ assert }) => {
    assert.deepEqual(names({ runtime: 'static', startCommand: null }), [
      ...['preflight', 'prepare', 'fetch', 'export', 'environment', 'build', 'seal'],
      ...['activate', 'verify', 'workers', 'retire', 'retain'],
    ])
  })

  test('of a rollback is the activation of a release that is there', ({ assert }) => {
    assert.deepEqual(names({}, 'rollback'), [
      ...['preflight', 'prepare', 'start', 'health', 'activate', 'verify', 'workers', 'retire'],
      'retain',
    ])
  })

  test('among several servers waits before the switch and before what was live is given up', ({
    assert,
  }) => {
    const { steps } = planDeployment({
      ...{ kind: 'deploy', releaseId: RELEASE, project },
      barriers: true,
    })
    assert.deepEqual(
      steps.map(({ name }) => name),
      [
        ...['preflight', 'prepare', 'fetch', 'export', 'environment', 'processes', 'build', 'seal'],
        ...['start', 'health', 'ready', 'activate', 'verify', 'workers', 'commit'],
        ...['retire', 'retain'],
      ]
    )
    const last = steps.filter(({ commits }) => commits).map(({ name }) => name)
    assert.deepEqual(last, ['commit'])
    const waits = steps.filter(({ name }) => ['ready', 'commit'].includes(name))
    for (const { critical } of waits) assert.isNotTrue(critical)
  })

  test('for a server that only works has no site and no instance', ({ assert }) => {
    for (const barriers of [false, true]) {
      const { steps } = planDeployment({
        ...{ kind: 'deploy', releaseId: RELEASE, project },
        ...{ role: 'worker', barriers },
      })
      assert.deepEqual(
        steps.map(({ name }) => name),
        [
          ...['preflight', 'prepare', 'fetch', 'export', 'environment', 'processes'],
          ...['build', 'seal', ...(barriers ? ['ready'] : [])],
          ...['activate', 'workers', ...(barriers ? ['commit'] : []), 'retire', 'retain'],
        ]
      )
      const textOf = (...but: string[]) =>
        JSON.stringify(steps.filter(({ name }) => !but.includes(name)))
      assert.notMatch(textOf('retire'), /nginx -t|server_name|curl/)
      // A site of before may have to be put back, or to go.
      assert.notMatch(textOf('retire', 'preflight'), /reload-or-restart/)
    }
  })

  test('lets nothing cut the switch in two, and undoes it as long as it is not verified', ({
    assert,
  }) => {
    const { steps } = plan()
    const critical = steps.filter((step) => step.critical).map(({ name }) => name)
    assert.deepEqual(critical, ['activate', 'verify', 'workers', 'retire', 'retain'])
    assert.deepEqual(
      steps.filter((step) => step.commits).map(({ name }) => name),
      ['workers']
    )
    const undone = steps.filter((step) => step.undo?.length).map(({ name }) => name)
    assert.deepEqual(undone, ['export', 'start', 'activate', 'workers'])
  })

  test('shows no secret and knows all of them', ({ assert }) => {
    const shown = JSON.stringify(plan()) + JSON.stringify(outlineOf(plan().steps))
    assert.notInclude(shown, 'a-deploy-key')
    assert.notInclude(shown, 'a-token')
    const secrets = plan().secrets.map((secret) => secret.reveal())
    assert.sameMembers(secrets, ['a-deploy-key', 'a-token'])
  })

  test('is the same script each time it is compiled with the same nonce', ({ assert }) => {
    const nonce = createNonce()
    assert.equal(compileDeployment(plan(), { nonce }), compileDeployment(plan(), { nonce }))
  })

  test('is not made of anything out of its form', ({ assert }) => {
    const fields = ['slug', 'unixUser', 'repositoryUrl', 'domain', 'healthPath', 'branch'] as const
    const plain = /^[a-zA-Z/.-]+$|^[\p{L}=%_?#]+$|^x=y$|^%n$|^\.\.%2fx$/u
    for (const payload of PAYLOADS.filter((value) => value === '' || !plain.test(value))) {
      for (const field of fields) {
        assert.throws(() => plan({ [field]: payload }), /form/, `${field} ${payload.slice(0, 40)}`)
      }
      assert.throws(() => plan({ environment: { [payload]: 'x' } }), /form/)
      assert.throws(() => plan({ id: payload }))
    }
    for (const port of [0, 65_535, 1.5, Number.NaN]) {
      assert.throws(() => plan({ appPort: port }), /port/)
    }
    assert.throws(() => plan({ publicDirectory: '../..' }), /public directory/)
    assert.throws(() => plan({ commit: 'HEAD' }), /commit/)
    assert.throws(() => plan({ keepReleases: 0 }), /release/)
    assert.throws(() => plan({ startCommand: ' ' }), /start command/)
    assert.throws(() => plan({ buildCommands: 'a\0b' }), /commands/)
    assert.throws(() => plan({ knownHosts: '' }), /host key of the git server/)
  })

  test('takes any text for variables and commands', ({ assert }) => {
    for (const payload of PAYLOADS.map((text) => text.slice(0, 1000))) {
      assert.doesNotThrow(() =>
        compileDeployment(
          plan({
            environment: { A: payload },
            buildCommands: payload,
            startCommand: `x ${payload}`,
          }),
          { nonce: createNonce() }
        )
      )
    }
  })
})
