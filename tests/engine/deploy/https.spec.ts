import { test } from '@japa/runner'
import { DeployStage } from '#tests/engine/deploy/deploy_stage'

const SITE = `server {
  listen 443 ssl;
  server_name git-1;
  ssl_certificate /etc/ssl/git.crt;
  ssl_certificate_key /etc/ssl/git.key;
  root /srv/git;
}
`

test.group('Deploying over https', (group) => {
  const stage = new DeployStage()
  group.setup(() => stage.open())
  group.setup(() => {
    const host = stage.fleet.host('git-1')
    const subject = ['-subj', '/CN=git-1', '-addext', 'subjectAltName=DNS:git-1']
    const files = ['-keyout', '/etc/ssl/git.key', '-out', '/etc/ssl/git.crt']
    host.inside(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...files])
    host.writeFile('/etc/nginx/conf.d/git.conf', SITE)
    host.inside(['systemctl', 'reload', 'nginx'])
  })

  /** Publishes and makes the repository readable as plain files, without a git program behind them. */
  async function publish(text: string) {
    const commit = await stage.git.publish('public', { 'index.html': text }, text)
    const repository = '/srv/git/public.git'
    stage.fleet.host('git-1').inside(['git', '-C', repository, 'update-server-info'])
    return commit
  }

  const project = () =>
    stage.project({
      slug: 'public',
      repositoryUrl: 'https://git-1/public.git',
      deployKey: null,
      knownHosts: null,
    })

  test('refuses a repository whose certificate nobody vouches for', async ({ assert }) => {
    await publish('one')
    const { outcome, failed, log } = await stage.deploy(project())
    assert.equal(outcome, 'failed')
    assert.equal(failed?.step, 'fetch')
    assert.match(log, /certificate/)
  })

  test('fetches from one that the server trusts, and follows its branch', async ({ assert }) => {
    const certificate = stage.fleet.host('git-1').inside(['cat', '/etc/ssl/git.crt'])
    stage.host.writeFile('/usr/local/share/ca-certificates/git.crt', certificate)
    stage.host.inside(['update-ca-certificates'])
    for (const text of ['one', 'two']) {
      const commit = await publish(text)
      const site = project()
      const { outcome, results } = await stage.deploy(site)
      assert.equal(outcome, 'live')
      assert.equal(results.commit, commit)
      assert.equal(await stage.body(site), text)
    }
  })
})
