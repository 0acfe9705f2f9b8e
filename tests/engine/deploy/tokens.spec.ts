import { test } from '@japa/runner'
import { ulid } from 'ulid'
import { createNonce } from '#engine/detached/nonce'
import { explainFailure } from '#engine/deploy/explain_failure'
import { compileReading, planReading } from '#engine/deploy/read_repository'
import { Secret } from '#engine/shell/secret'
import { DeploymentUnderWay, DeployStage } from '#tests/engine/deploy/deploy_stage'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { RequestLoop } from '#tests/engine/deploy/request_loop'
import { RunUnderWay } from '#tests/engine/detached/run_of'

const TOKEN = `glpat-Zq8canary&="'$7`

/** Asks everybody who they are; a second one, elsewhere, writes down what it is told. */
const SITES = `log_format told '$request "$http_authorization"';
server {
  listen 443 ssl;
  server_name git-1;
  ssl_certificate /etc/ssl/git.crt;
  ssl_certificate_key /etc/ssl/git.key;
  access_log /var/log/nginx/git.log;
  root /srv/git;
  auth_basic git;
  auth_basic_user_file /etc/nginx/git.users;
  location /elsewhere.git/ {
    auth_basic off;
    return 302 https://git-1:8443$request_uri;
  }
}
server {
  listen 8443 ssl;
  server_name git-1;
  ssl_certificate /etc/ssl/git.crt;
  ssl_certificate_key /etc/ssl/git.key;
  access_log /var/log/nginx/elsewhere.log told;
  location / {
    auth_basic git;
    auth_basic_user_file /etc/nginx/git.users;
  }
}
`

test.group('A repository that is read with a token', (group) => {
  const stage = new DeployStage()
  group.setup(() => stage.open())
  group.setup(() => {
    const host = stage.fleet.host('git-1')
    const subject = ['-subj', '/CN=git-1', '-addext', 'subjectAltName=DNS:git-1']
    const files = ['-keyout', '/etc/ssl/git.key', '-out', '/etc/ssl/git.crt']
    host.inside(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...files])
    host.writeFile('/etc/nginx/git.users', `deploy-user:{PLAIN}${TOKEN}\n`)
    host.writeFile('/etc/nginx/conf.d/git.conf', SITES)
    host.inside(['systemctl', 'reload', 'nginx'])
    const certificate = host.inside(['cat', '/etc/ssl/git.crt'])
    stage.host.writeFile('/usr/local/share/ca-certificates/git.crt', certificate)
    stage.host.inside(['update-ca-certificates'])
  })

  async function publish(text: string) {
    const commit = await stage.git.publish('private', { 'index.html': text }, text)
    const repository = '/srv/git/private.git'
    stage.fleet.host('git-1').inside(['git', '-C', repository, 'update-server-info'])
    return commit
  }

  const project = (token = TOKEN, repository = 'private') =>
    stage.project({
      slug: 'private',
      repositoryUrl: `https://git-1/${repository}.git`,
      deployKey: null,
      knownHosts: null,
      accessToken: { user: 'deploy-user', token: new Secret(token) },
    })

  const requests = () =>
    stage.fleet.host('git-1').inside(['cat', '/var/log/nginx/git.log']).split('\n').length - 1

  test('is fetched, and the token is on no command line, in no file and in no log', async ({
    assert,
  }) => {
    const commit = await publish('one')
    // One program a round, lest git comes and goes between two of them.
    const watch = 'while :; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ; done'
    const watching = ['systemd-run', '--unit=watch', 'bash', '-c', `(${watch}) >/root/seen 2>&1`]
    stage.host.inside(watching)
    const { outcome, results, log } = await stage.deploy(project())
    stage.host.inside(['systemctl', 'stop', 'watch'])
    assert.equal(outcome, 'live', log)
    assert.equal(results.commit, commit)
    assert.equal(await stage.body(project()), 'one')
    const seen = ['sh', '-c', 'grep -ac "git-1/private.git" /root/seen; true']
    assert.isAbove(Number(stage.host.inside(seen).split('\n')[0]), 0)
    const places = '/root/seen /srv /run/muster /var/lib/muster/runs/*/log /etc/nginx'
    const traces = ['sh', '-c', `grep -rlaF 'Zq8canary' ${places}; true`]
    assert.equal(stage.host.inside(traces).trim(), '')
    assert.notInclude(log, 'Zq8canary')
    const remotes = ['git', '--git-dir', '/srv/muster/private/repo.git', 'config', '--list']
    assert.notMatch(stage.host.inside(remotes), /credential|git-1/)
  })

  test('D20: a token that was revoked is told so, without asking again and again', async ({
    assert,
  }) => {
    await publish('two')
    const { releaseId } = await stage.deploy(project())
    await publish('three')
    const before = requests()
    const loop = new RequestLoop(stage.host.address, project())
    const { outcome, failed, log } = await stage.deploy(project('revoked'))
    const answers = await loop.stop()
    assert.equal(outcome, 'failed')
    assert.equal(failed?.step, 'fetch')
    const told = explainFailure({ step: 'fetch', rc: failed!.rc, tail: log })
    assert.equal(told.reason, 'The repository refused the access token.')
    assert.isAtMost(requests() - before, 4)
    await assertInvariants(stage, project(), releaseId, { answers, bodies: ['two'] })
  })

  test('without a token asks for one', async ({ assert }) => {
    const { failed, log } = await stage.deploy({ ...project(), accessToken: null })
    const told = explainFailure({ step: 'fetch', rc: failed!.rc, tail: log })
    assert.equal(told.reason, 'The repository asks for a login.')
  })

  test('D19: that sends git elsewhere does not get the token there', async ({ assert }) => {
    await publish('four')
    const { releaseId } = await stage.deploy(project())
    const loop = new RequestLoop(stage.host.address, project())
    const { outcome } = await stage.deploy(project(TOKEN, 'elsewhere'))
    const answers = await loop.stop()
    assert.equal(outcome, 'failed')
    const told = stage.fleet.host('git-1').inside(['cat', '/var/log/nginx/elsewhere.log'])
    assert.include(told, 'elsewhere.git')
    assert.notMatch(told, /Basic/)
    await assertInvariants(stage, project(), releaseId, { answers, bodies: ['four'] })
  })

  test('is read before there is a project, by what leaves nothing behind', async ({ assert }) => {
    await publish('five')
    const id = ulid()
    const nonce = createNonce()
    const plan = planReading({ source: project(), id })
    const run = new RunUnderWay(stage.remote, compileReading(plan, { nonce }))
    const { outcome, log } = await new DeploymentUnderWay(run, id, nonce).ended()
    assert.equal(outcome, 'succeeded', log)
    assert.include(log, '1 files, 1 looked at')
    assert.equal(stage.host.inside(['ls', '-A', '/run/muster']).trim(), '')
  })
})
