import { DateTime } from 'luxon'
import type { ServerFacts } from '#engine/facts/facts'
import DeploymentRun from '#app/deployments/models/deployment_run'
import Notification from '#app/notifications/models/notification'
import { keepFacts } from '#app/servers/keep_facts'
import type Server from '#app/servers/models/server'
import { serverStatuses } from '#app/servers/statuses'
import { runStates } from '#app/runs/states'
import Grant from '#app/teams/models/grant'
import Membership from '#app/teams/models/membership'
import { roles } from '#app/teams/roles'
import { timedDeployment } from '#tests/support/timed_deployments'
import {
  appendLog,
  createBulkRun,
  createMember,
  createProject,
  createRun,
  createScript,
  createServer,
  createTag,
  placeOn,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'

const GIGABYTE = 1024 ** 3

const FACTS: ServerFacts = {
  hostname: 'web-1',
  os: { id: 'debian', version: '13', name: 'Debian GNU/Linux 13 (trixie)' },
  kernel: '6.12.43+deb13-amd64',
  architecture: 'x86_64',
  cpus: 4,
  cpuModel: 'AMD EPYC 7543P 32-Core Processor',
  memory: { totalBytes: 8 * GIGABYTE, availableBytes: 3 * GIGABYTE },
  swap: { totalBytes: 2 * GIGABYTE, freeBytes: GIGABYTE },
  disks: [
    ['/', 'ext4', 80, 61],
    ['/var/lib/postgresql/16/main', 'xfs', 400, 391],
  ].map(([mount, filesystem, size, used]) => ({
    mount: String(mount),
    filesystem: String(filesystem),
    sizeBytes: Number(size) * GIGABYTE,
    usedBytes: Number(used) * GIGABYTE,
    availableBytes: (Number(size) - Number(used)) * GIGABYTE,
  })),
  load: [0.42, 1.3, 2.07],
  uptimeSeconds: 3_456_789,
  bootId: '7d1a3c5e-0000-4000-8000-000000000000',
  init: 'systemd',
  packageManager: 'apt',
  timezone: 'Europe/Berlin',
  services: [
    { name: 'nginx', state: 'active' },
    { name: 'postgresql@16-main', state: 'failed' },
    { name: 'ssh', state: 'active' },
  ],
  ports: [22, 80, 443, 5432].map((port) => ({ port, address: '*', process: 'nginx' })),
  rebootRequired: true,
  updates: { total: 41, security: 7 },
  versions: {
    ...{ nginx: '1.26.3', git: '2.47.3', node: '20.19.2', npm: '9.2.0' },
    ...{ php: '8.4', python: '3.13.5' },
  },
}

/**
 * Fills what a team has with as much as pages are wont to show: servers in every status, projects
 * that deployed well and badly, runs in every state, people in every role, long names.
 */
export async function populate(tenant: Tenant, belongings: Belongings): Promise<void> {
  keepFacts(belongings.server, FACTS)
  await belongings.server.save()
  const servers = await addServers(tenant, belongings)
  await addProjects(tenant, belongings, servers)
  await addRuns(tenant, servers)
  await addPeople(tenant, belongings)
  await addAlerts(tenant, belongings)
}

async function addServers(tenant: Tenant, { tag, group }: Belongings): Promise<Server[]> {
  const colours = ['steel', 'moss', 'rose'] as const
  const tags = [tag]
  for (const [index, name] of ['production', 'eu-central', 'postgres'].entries()) {
    tags.push(await createTag(tenant, { name, colour: colours[index] }))
  }
  const servers: Server[] = []
  for (let number = 1; number <= 24; number++) {
    const status = serverStatuses[number % 4 ? 1 : number % serverStatuses.length]
    const server = await createServer(tenant, {
      name: number === 5 ? 'analytics-worker-of-the-second-region-05' : `web-${number}`,
      host: `web-${number}.eu-central.example.com`,
      groupId: number % 3 ? group.id : null,
      statusSince: DateTime.utc().minus({ hours: number * 7 }),
      status,
      statusMessage: status === 'reachable' ? null : 'It did not answer within 10 s.',
    })
    keepFacts(server, FACTS)
    await server.save()
    await server.related('tags').attach(tags.slice(0, number % 5).map(({ id }) => id))
    servers.push(server)
  }
  return servers
}

async function addProjects(tenant: Tenant, { project, server }: Belongings, servers: Server[]) {
  await placeOn(project, servers[1])
  await placeOn(project, servers[2], { role: 'worker' })
  const names = ['Web shop', 'Documentation', 'Billing and invoices of the whole group']
  const projects = [project]
  for (const [index, name] of names.entries()) {
    projects.push(await createProject(tenant, servers[index], { name }))
  }
  for (const [index, each] of projects.entries()) {
    const on = index === 0 ? server : servers[index - 1]
    for (let number = 0; number < 14; number++) {
      await timedDeployment(tenant, each, on, {
        state: number % 5 === 3 ? 'failed' : 'live',
        steps: { fetch: 1 + (number % 2), build: 20 + 7 * (number % 4), activate: 1, verify: 2 },
        createdBy: tenant.owner.id,
        release: { commitSubject: `Let people pay by invoice, part ${number + 1}` },
        createdAt: DateTime.utc().minus({ hours: number * 5 }),
      })
    }
  }
  const unwell = await timedDeployment(tenant, projects[2], servers[1], { state: 'rolled_back' })
  await unwell.merge({ critical: true }).save()
}

async function addRuns(tenant: Tenant, servers: Server[]) {
  for (const [index, state] of [...runStates, ...runStates].entries()) {
    const run = await createRun(tenant, servers[index], {
      state,
      startedAt: state === 'queued' ? null : DateTime.utc().minus({ minutes: index * 3 + 1 }),
      finishedAt: ['queued', 'running'].includes(state) ? null : DateTime.utc(),
    })
    await appendLog(run, '\u001b[32m✔\u001b[0m ready\n')
  }
  const script = await createScript(tenant, {
    name: 'Rotate the logs',
    description: 'Compresses what is older than a week.',
  })
  for (const state of ['running', 'succeeded', 'failed'] as const) {
    await createBulkRun(tenant, servers.slice(0, 8), { script, state })
  }
}

async function addPeople({ team, scope }: Tenant, { member, project, server }: Belongings) {
  for (const role of roles.slice(1)) await createMember(team, role, role === 'viewer')
  await Membership.within(scope).where('id', member.id).update({ restricted: true })
  const granted = { teamId: scope.teamId, membershipId: member.id }
  await Grant.create({ ...granted, projectId: project.id, serverId: null })
  await Grant.create({ ...granted, projectId: null, serverId: server.id })
}

/** The deployment went back to what is not well either, which one person was told and another not yet. */
async function addAlerts(
  { owner, team }: Tenant,
  { deployment, run, member, project }: Belongings
) {
  await run.merge({ results: { former_status: '502', former_unhealthy: 'answers 502' } }).save()
  await deployment.merge({ state: 'rolled_back', critical: true }).save()
  await DeploymentRun.acrossTeams()
    .where('deployment_id', deployment.id)
    .update({ state: 'rolled_back' })
  const told = {
    ...{
      teamId: team.id,
      subjectType: 'deployment',
      subjectId: deployment.id,
      event: 'ended',
      ability: 'projects.deploy' as const,
    },
    ...{ title: `Critical: ${project.name} may not answer well`, paragraphs: [] },
    ...{ linkLabel: 'See the deployment', linkPath: '/', dueAt: DateTime.utc(), attempts: 1 },
  }
  await Notification.create({ ...told, userId: owner.id, state: 'sent', failure: null })
  await Notification.create({
    ...{ ...told, userId: member.userId, state: 'waiting' },
    failure:
      'The mail server could not be reached: nothing listens on this port. Check the host and the port.',
  })
}
