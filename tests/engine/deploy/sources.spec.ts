import { test } from '@japa/runner'
import { ulid } from 'ulid'
import { createNonce } from '#engine/detached/nonce'
import { detect } from '#engine/detect/detect'
import { readCommits } from '#engine/deploy/commits'
import { explainFailure } from '#engine/deploy/explain_failure'
import { type Source } from '#engine/deploy/input'
import { readFiles } from '#engine/deploy/known_files'
import { compileReading, planLook, planReading } from '#engine/deploy/read_repository'
import { sh } from '#engine/shell/command'
import { DeploymentUnderWay, DeployStage } from '#tests/engine/deploy/deploy_stage'
import { beforeCommand, type Fault } from '#tests/engine/deploy/fault_points'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { RunUnderWay } from '#tests/engine/detached/run_of'

test.group('Where the code comes from', (group) => {
  const stage = new DeployStage()
  group.setup(() => stage.open())

  const git = () => stage.fleet.host('git-1')

  function read(source: Partial<Source> & { slug: string }) {
    const id = ulid()
    const nonce = createNonce()
    const plan = planReading({ source: stage.project(source), id })
    const run = new RunUnderWay(stage.remote, compileReading(plan, { nonce }))
    return new DeploymentUnderWay(run, id, nonce).ended()
  }

  function beginLook(
    project: ReturnType<DeployStage['project']>,
    { hasMirror = true, fault = (steps) => steps }: { hasMirror?: boolean; fault?: Fault } = {}
  ) {
    const releaseId = ulid()
    const nonce = createNonce()
    const plan = planLook({ project, releaseId, kind: 'deploy' }, { hasMirror })
    const body = compileReading({ ...plan, steps: fault(plan.steps) }, { nonce })
    return new DeploymentUnderWay(new RunUnderWay(stage.remote, body), releaseId, nonce)
  }

  const look = (project: ReturnType<DeployStage['project']>, hasMirror = true) =>
    beginLook(project, { hasMirror }).ended()

  test('a tag is resolved to its commit, annotated or not', async ({ assert }) => {
    const commit = await stage.git.publish('tagged', { 'index.html': 'tagged' }, 'one')
    git().inside(['git', '-C', '/srv/git/tagged.git', 'tag', 'v1', commit])
    const identity = ['-c', 'user.name=F', '-c', 'user.email=f@example.com']
    git().inside(
      ['git', ...identity, '-C', '/srv/git/tagged.git'].concat([
        'tag',
        '-a',
        '-m',
        'x',
        'v2',
        commit,
      ])
    )
    await stage.git.publish('tagged', { 'index.html': 'later' }, 'two')
    for (const branch of ['v1', 'v2']) {
      const project = stage.project({ slug: 'tagged', refKind: 'tag', branch })
      const { outcome, results } = await stage.deploy(project)
      assert.equal(outcome, 'live')
      assert.equal(results.commit, commit)
      assert.equal(await stage.body(project), 'tagged')
    }
    const { failed, log } = await stage.deploy(
      stage.project({ slug: 'tagged', refKind: 'tag', branch: 'main' })
    )
    assert.match(
      explainFailure({ step: 'fetch', rc: failed!.rc, tail: log }).reason,
      /branch or tag/
    )
  })

  test('a directory of the repository is the whole of the release', async ({ assert }) => {
    const project = stage.project({ slug: 'mono', sourceDirectory: 'apps/site' })
    const files = { 'index.html': 'root', 'apps/site/index.html': 'site', 'apps/secret': 'x' }
    await stage.git.publish('mono', files, 'one')
    const { releaseId } = await stage.deploy(project)
    assert.equal(await stage.body(project), 'site')
    const list = ['ls', '-A', `/srv/muster/mono/releases/${releaseId}`]
    assert.equal(stage.host.inside(list).trim(), 'index.html')
  })

  test('D19: a directory that is a link, or behind one, is no directory', async ({ assert }) => {
    await stage.git.publish(
      'linkdir',
      { 'out': { link: '/etc' }, 'apps': { link: '/' }, 'index.html': 'x' },
      'one'
    )
    for (const sourceDirectory of ['out', 'out/ssl', 'apps/etc', 'absent', 'index.html']) {
      const project = stage.project({ slug: 'linkdir', sourceDirectory })
      const { outcome, failed, log } = await stage.deploy(project)
      assert.equal(outcome, 'failed')
      assert.equal(failed?.step, 'export')
      assert.include(log, `There is no directory ${sourceDirectory} in the commit`)
      await assertInvariants(stage, project, null)
    }
  })

  test('a reading tells the known files and leaves nothing behind', async ({ assert }) => {
    const manifest = { dependencies: { express: '4' }, scripts: { start: 'node server.js' } }
    const commit = await stage.git.publish(
      'reading',
      {
        'package.json': JSON.stringify(manifest),
        'package-lock.json': '{}',
        'server.js': 'x',
        'Procfile': { link: '/etc/shadow' },
        'web/package.json': '{"dependencies":{"vite":"5"}}',
        'go.mod': 'x'.repeat(100_000),
        'a/b/c/d/package.json': '{}',
        'odd\nname \x1b': 'x',
      },
      'Read $(touch /tmp/pwn)'
    )
    const { outcome, results, log } = await read({ slug: 'reading' })
    assert.equal(outcome, 'succeeded', log)
    assert.equal(results.commit, commit)
    const files = readFiles(results)!
    assert.sameMembers([...files.contents.keys()], ['package.json', 'web/package.json', 'go.mod'])
    assert.lengthOf(files.contents.get('go.mod')!, 24 * 1024)
    assert.notInclude(log, 'root:')
    const { proposals, directories } = detect(files)
    assert.equal(proposals?.what, 'Express')
    assert.deepEqual(directories, [{ path: 'web', what: 'Vite' }])
    const left = ['sh', '-c', 'ls -A /run/muster; ls -d /srv/muster/.read-* 2>/dev/null; true']
    assert.equal(stage.host.inside(left).trim(), '')
    assert.equal(stage.host.inside(['find', '/tmp', '-name', 'pwn']), '')
  })

  test('a reading of much says that it was too much, or tells a part', async ({ assert }) => {
    const files: Record<string, string> = {}
    for (let index = 0; index < 700; index++) files[`dir-${index}/index.html`] = 'x'
    for (let index = 0; index < 90; index++) {
      files[`app-${index}/package.json`] = JSON.stringify({
        n: Math.random().toString(36).repeat(900),
      })
    }
    files['package.json'] = '{"dependencies":{"next":"14"}}'
    await stage.git.publish('large', files, 'one')
    const { outcome, results, log } = await read({ slug: 'large' })
    assert.equal(outcome, 'succeeded', log)
    assert.equal(detect(readFiles(results)!).proposals?.what, 'Next.js')
  })

  test('a look tells what a deployment would bring, and changes nothing', async ({ assert }) => {
    const project = stage.project({ slug: 'look' })
    const one = await stage.git.publish('look', { 'index.html': 'one' }, 'one')
    const first = await look(project, false)
    assert.equal(first.outcome, 'succeeded', first.log)
    assert.equal(first.results.commit, one)
    assert.equal(stage.host.inside(['sh', '-c', 'ls -d /srv/muster/look; true']).trim(), '')
    await stage.deploy(project)
    for (let index = 0; index < 3; index++) {
      await stage.git.publish('look', { 'index.html': `${index}` }, `Subject ${index} \x1b[31m <b>`)
    }
    const { results, outcome, log } = await look(project)
    assert.equal(outcome, 'succeeded', log)
    const { commits, more } = readCommits(results)
    assert.deepEqual(
      commits.map(({ subject }) => subject),
      ['Subject 2  [31m <b>', 'Subject 1  [31m <b>', 'Subject 0  [31m <b>']
    )
    assert.isFalse(more)
    assert.equal(commits[0].sha, results.commit)
    assert.equal(results.former_commit, one)
    assert.equal(await stage.body(project), 'one')
    const deployed = await stage.deploy({ ...project, commit: commits[1].sha })
    assert.equal(await stage.body(project), '1')
    assert.lengthOf(readCommits(deployed.results).commits, 2)
    const back = await stage.deploy({ ...project, commit: one })
    assert.equal(back.results.taken_back, '2')
    assert.isEmpty(readCommits(back.results).commits)
  })

  test('a deployment that begins during a look leaves it its keys and has none in its own build', async ({
    assert,
  }) => {
    const project = stage.project({
      slug: 'during',
      buildCommands: 'cat /run/muster/"$(basename "$PWD")"/key > seen 2>&1 || true',
    })
    await stage.git.publish('during', { 'index.html': 'one' }, 'one')
    assert.equal(await stage.outcome(project), 'live')
    const go = '/root/go-on'
    const wait = sh`printf 'here\\n'
while [ ! -e ${go} ]; do sleep 0.1; done`
    const looking = beginLook(project, { fault: beforeCommand('fetch', 'git fetch', wait) })
    await looking.run.shows('here\n')
    const { outcome, releaseId } = await stage.deploy(project)
    assert.equal(outcome, 'live')
    const seen = stage.host.inside(['cat', `/srv/muster/during/releases/${releaseId}/seen`])
    assert.match(seen, /No such file/)
    stage.host.inside(['touch', go])
    const looked = await looking.ended()
    assert.equal(looked.outcome, 'succeeded', looked.log)
    assert.equal(stage.host.inside(['ls', '-A', '/run/muster']).trim(), '')
  })

  test('300 commits are told as 200 and more', async ({ assert }) => {
    const project = stage.project({ slug: 'many' })
    await stage.git.publish('many', { 'index.html': 'x' }, 'one')
    await stage.deploy(project)
    const commits = Array.from(
      { length: 300 },
      (_, index) =>
        `commit refs/heads/main\ncommitter Ada ${index} <a@example.com> ${1_700_000_000 + index} +0000\n` +
        `data <<END\n${`Change ${Math.random()} of things `.repeat(9)}\nEND\n` +
        (index === 0 ? 'from refs/heads/main^0\n' : '')
    )
    await git().insideAsync(
      ['git', '-C', '/srv/git/many.git', 'fast-import', '--quiet'],
      commits.join('')
    )
    const { results } = await look(project)
    const list = readCommits(results)
    assert.lengthOf(list.commits, 200)
    assert.isTrue(list.more)
  })
})
