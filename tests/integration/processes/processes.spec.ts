import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { Secret } from '#engine/shell/secret'
import CancelDeployment from '#app/deployments/actions/cancel_deployment'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import Deployment from '#app/deployments/models/deployment'
import ActOnProcesses from '#app/processes/actions/act_on_processes'
import DecideSite from '#app/processes/actions/decide_site'
import FollowJournal from '#app/processes/actions/follow_journal'
import KeepProcess from '#app/processes/actions/keep_process'
import type { ActKind } from '#app/processes/process_runs'
import EditedSitePage from '#app/processes/queries/edited_site_page'
import ProcessesPage from '#app/processes/queries/processes_page'
import RemoveProject from '#app/projects/actions/remove_project'
import GitHost from '#app/projects/models/git_host'
import Project from '#app/projects/models/project'
import ProjectProcess from '#app/projects/models/project_process'
import ProjectVariable from '#app/projects/models/project_variable'
import CreateRun from '#app/runs/actions/create_run'
import CancelRun from '#app/runs/actions/cancel_run'
import { RunWorker } from '#app/runs/worker/run_worker'
import { ServerRemotes } from '#app/servers/server_remotes'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'
import { requireInvariants } from '#tests/engine/deploy/invariants'
import { nodeApp } from '#tests/engine/deploy/node_app'
import { failures, RequestLoop, visit } from '#tests/engine/deploy/request_loop'
import { createFleet } from '#tests/fleet/fleet'
import { GitServer } from '#tests/fleet/git_server'
import { assertAgreement } from '#tests/integration/deployments/agreement'
import { placeOn } from '#tests/support/tenants'
import { runIdOf } from '#tests/support/deployments'
import { connectedServer, createOwner } from '#tests/support/fleet_servers'
import { logOf, waitForRun } from '#tests/support/script_runs'

test.group('Processes of projects', (group) => {
  const fleet = createFleet({ image: 'prepared' })
  const remotes = new ServerRemotes()
  const worker = new RunWorker(remotes)
  const key = generateKeyPair('deploy')
  const host = () => fleet.host('web-1')
  let git: GitServer
  let scope: Scope
  let server: Server
  let count = 0

  group.setup(async () => {
    await fleet.start(['web-1', 'git-1'])
    await Promise.all(fleet.hosts.map((each) => each.systemState()))
    git = await GitServer.on(fleet.host('git-1'))
    await git.authorize(key.publicKey)
    scope = (await createOwner()).scope
    server = await connectedServer(scope, host())
    await GitHost.create({
      teamId: scope.teamId,
      host: fleet.host('git-1').address,
      port: 22,
      hostKeys: [git.hostKey],
      confirmedBy: scope.userId,
    })
    worker.start()
  })
  group.teardown(async () => {
    await worker.stop()
    await remotes.close()
    await fleet.stop()
  })
  group.tap((each) => each.timeout(180_000))

  /** A project with a web process and a worker that says who it is. */
  async function scene(values: Partial<Project> = {}) {
    const slug = `proc${++count}`
    await git.publish(slug, nodeApp('one', 'console.log("hello from " + process.env.TOKEN)'), 'one')
    const project = await Project.create({
      teamId: scope.teamId,
      name: `Project ${slug}`,
      slug,
      repositoryUrl: git.url(slug),
      branch: 'main',
      runtime: 'process',
      buildCommands: null,
      startCommand: 'node server.js',
      publicDirectory: null,
      domain: `${slug}.example.com`,
      listenPort: 80,
      healthPath: '/',
      healthTimeoutSeconds: 20,
      keepReleases: 5,
      deployKey: key.privateKey,
      deployPublicKey: key.publicKey,
      liveReleaseId: null,
      ...values,
    })
    const { teamId, id: projectId } = project
    await placeOn(project, server, { appPort: 21_000 + 2 * count })
    await ProjectVariable.create({
      teamId,
      projectId,
      key: 'TOKEN',
      value: new Secret('sesame-1234'),
    })
    await new KeepProcess().add(scope.origin, project, 'worker', {
      ...{ command: 'exec sleep 1000', instances: 1, memoryMegabytes: 64, cpuPercent: null },
      ...{ restart: 'always', graceSeconds: 5 },
    })
    return project
  }

  async function deploy(project: Project) {
    requireInvariants(host(), project.slug)
    const created = await new CreateDeployment().deploy(causeOf(scope), project)
    const run = await waitForRun(await runIdOf(created))
    await project.refresh()
    return { run, deployment: await Deployment.within(scope).where('id', created.id).firstOrFail() }
  }

  async function act(project: Project, kind: ActKind, process: string | null) {
    const run = await new ActOnProcesses(new CreateRun()).handle(scope, project, {
      ...{ act: kind, process },
    })
    return waitForRun(run.id)
  }

  const look = async (project: Project) => {
    const page = await new ProcessesPage(remotes).read(scope, project.id)
    return { ...page, of: (name: string) => page.processes.find((one) => one.name === name)! }
  }

  test('are seen as their server has them, and start, stop and restart by runs', async ({
    assert,
  }) => {
    const project = await scene()
    const before = await look(project)
    assert.isEmpty(before.of('web').instances)
    const { run } = await deploy(project)
    assert.equal(run.state, 'succeeded', await logOf(run))
    assert.equal(run.results.processes, 'web=1,worker=1')

    const page = await look(project)
    assert.isNull(page.problem)
    assert.containSubset(page.of('web').instances, [
      { state: 'active', label: 'Running', restarts: 0, slot: 'a' },
    ])
    assert.isAbove(page.of('web').instances[0].memoryBytes!, 1_000_000)
    assert.isNumber(page.of('web').instances[0].cpuPercent)
    assert.isTrue(page.of('worker').isUp)

    const pid = () =>
      host().inside([
        'systemctl',
        'show',
        '--property=MainPID',
        '--value',
        `muster-${project.slug}.worker.1`,
      ])
    const first = pid()
    assert.equal((await act(project, 'restart', 'worker')).state, 'succeeded')
    assert.notEqual(pid(), first)

    const stopped = await act(project, 'stop', 'worker')
    assert.equal(stopped.state, 'succeeded', await logOf(stopped))
    assert.containSubset((await look(project)).of('worker'), {
      isUp: false,
      instances: [{ label: 'Stopped' }],
    })
    const started = await act(project, 'start', 'worker')
    assert.equal(started.state, 'succeeded', await logOf(started))
    assert.isTrue((await look(project)).of('worker').isUp)
  })

  test('a change of scale is applied without a failed request, and a restart of web is one, too', async ({
    assert,
  }) => {
    const project = await scene()
    await deploy(project)
    await new KeepProcess().add(scope.origin, project, 'web', {
      ...{ command: null, instances: 3, memoryMegabytes: null, cpuPercent: null },
      ...{ restart: 'on-failure', graceSeconds: 5 },
    })
    const loop = new RequestLoop(host().address, project)
    const applied = await act(project, 'apply', null)
    assert.equal(applied.state, 'succeeded', await logOf(applied))
    assert.lengthOf((await look(project)).of('web').instances, 3)
    const restarted = await act(project, 'restart', 'web')
    assert.equal(restarted.state, 'succeeded', await logOf(restarted))
    assert.isEmpty(failures(await loop.stop()))
    assert.lengthOf((await look(project)).of('web').instances, 3)
  })

  test('a worker that does not come up again is told with its last lines', async ({ assert }) => {
    const project = await scene()
    const row = await ProjectProcess.within(scope).where('project_id', project.id).firstOrFail()
    const command =
      '[ ! -e ../../shared/broken ] || { echo "I am broken"; exit 1; }; exec sleep 1000'
    await row.merge({ command }).save()
    await deploy(project)
    host().inside(['touch', `/srv/muster/${project.slug}/shared/broken`])
    const run = await act(project, 'restart', 'worker')
    assert.equal(run.state, 'failed')
    assert.include(await logOf(run), 'I am broken')
    assert.include(await logOf(run), 'is not well')
  })

  test('their journal is followed live, and no secret is in it', async ({ assert }) => {
    const project = await scene()
    await deploy(project)
    const run = await new FollowJournal(new CreateRun()).handle(scope, project, {
      process: 'web',
    })
    await waitForRun(run.id, ({ logSize }) => logSize > 200)
    await sleep(500)
    const followed = await waitForRun(run.id, () => true)
    const log = await logOf(followed)
    assert.include(log, 'listening: one')
    assert.include(log, 'hello from')
    assert.notInclude(log, 'sesame')
    assert.equal(followed.state, 'running')
    await new CancelRun().handle(scope.origin, followed)
    assert.equal((await waitForRun(run.id)).state, 'cancelled')
  })

  test('D14: what became of the commands before the switch is known of each deployment', async ({
    assert,
  }) => {
    const project = await scene({ beforeSwitch: 'true' })
    const first = await deploy(project)
    assert.equal(first.deployment.migrations, 'ran')
    await project.merge({ beforeSwitch: 'exit 3' }).save()
    const loop = new RequestLoop(host().address, project)
    const { deployment } = await deploy(project)
    assert.equal(deployment.state, 'failed')
    assert.equal(deployment.migrations, 'failed')
    const seen = { 'web-1': { answers: await loop.stop(), bodies: ['one'] } }
    await assertAgreement(fleet, project, first.deployment.releaseId, seen)
    await project.merge({ beforeSwitch: null }).save()
    const third = await deploy(project)
    assert.isNull(third.deployment.migrations)
    await assertAgreement(fleet, project, third.deployment.releaseId)
  })

  test('a deployment that is cancelled once its release is kept is live, and told so', async ({
    assert,
  }) => {
    const project = await scene({ afterSwitch: 'echo kept; sleep 300' })
    const created = await new CreateDeployment().deploy(causeOf(scope), project)
    const runId = await runIdOf(created)
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) {
      const log = await logOf({ id: runId })
      if (log.includes('kept\n')) break
    }
    await new CancelDeployment().handle(scope.origin, created)
    const run = await waitForRun(runId)
    assert.equal(run.state, 'cancelled', await logOf(run))
    const { state } = await Deployment.within(scope).where('id', created.id).firstOrFail()
    assert.equal(state, 'live')
    await project.refresh()
    assert.equal(project.liveReleaseId, created.releaseId)
    assert.equal((await visit(host().address, project)).body, 'one')
  })

  test('a site that was edited by hand is shown with its difference and kept or overwritten', async ({
    assert,
  }) => {
    const project = await scene()
    const page = () => new EditedSitePage(remotes).read(scope, project.id)
    await deploy(project)
    assert.isEmpty((await page()).edited)
    const site = `/etc/nginx/conf.d/muster-${project.slug}.conf`
    host().inside(['sed', '-i', 's/64m/99m/', site])
    const [{ edited, server: on }] = (await page()).edited
    assert.include(edited!.difference, '+    client_max_body_size 99m;')
    const { run } = await deploy(project)
    assert.equal(run.state, 'failed')
    assert.equal(run.results.site_edited, edited!.checksum)
    assert.include(run.failure!.reason, 'was edited by hand')
    await new DecideSite().handle(scope.origin, project, on.id, {
      act: 'keep',
      checksum: edited!.checksum,
    })
    assert.equal((await deploy(project)).run.state, 'succeeded')
    assert.include(host().inside(['cat', site]), '99m')
    await new DecideSite().handle(scope.origin, project, on.id, {
      act: 'overwrite',
      checksum: edited!.checksum,
    })
    assert.equal((await deploy(project)).run.state, 'succeeded')
    assert.isEmpty((await page()).edited)
  })

  test('a project is removed with everything of it on its server, and nothing else', async ({
    assert,
  }) => {
    const other = await scene()
    await deploy(other)
    const project = await scene()
    await deploy(project)
    const removeProject = new RemoveProject(new CreateRun())
    const [run] = await removeProject.withServers(scope, project, { confirmedName: project.name })
    const ended = await waitForRun(run.id)
    assert.equal(ended.state, 'succeeded', await logOf(ended))
    assert.isNull(await Project.within(scope).where('id', project.id).first())
    const left = host().inside([
      ...[
        'sh',
        '-c',
        `ls -d /srv/muster/$1 /etc/nginx/conf.d/*$1* /etc/systemd/system/*$1* /run/muster-$1* 2>/dev/null; getent passwd muster-$1; getent group muster-$1; true`,
      ],
      ...['sh', project.slug],
    ])
    assert.equal(left, '')
    assert.equal((await visit(host().address, other)).body, 'one')

    await Project.within(scope).where('id', other.id).update({ slug: 'another' })
    host().inside(['mkdir', '-p', '/srv/muster/another'])
    host().writeFile('/srv/muster/another/.project', 'somebody-else\n')
    await other.refresh()
    const [refused] = await removeProject.withServers(scope, other, { confirmedName: other.name })
    assert.equal((await waitForRun(refused.id)).state, 'failed')
    assert.isNotNull(await Project.within(scope).where('id', other.id).first())
    assert.include(host().inside(['ls', '/srv/muster']), 'another')
  })
})
