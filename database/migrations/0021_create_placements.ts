import { ulid } from 'ulid'
import { BaseSchema } from '@adonisjs/lucid/schema'
import type { QueryClientContract } from '@adonisjs/lucid/types/database'

type Row = Record<string, string | number | null>

/** What `up` adds to tables that others refer to. */
const ADDED = [
  ...['rollout', 'rolling_batch', 'rolling_failure'].map((column) => ['projects', column]),
  ...['rollout', 'phase', 'phase_at', 'stop_reason', 'cancel_requested_at'].map((column) => [
    'deployments',
    column,
  ]),
  ...['lease_owner', 'lease_until', 'fence'].map((column) => ['deployments', column]),
] as const

/**
 * A project on many servers: where it was, who carried a deployment, what each server keeps.
 */
export default class extends BaseSchema {
  /*
  | SQLite makes a table anew to let go of a foreign key. Inside a transaction it would take along
  | every row that refers to it.
  */
  static disableTransactions = true

  async up() {
    this.schema.createTable('placements', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('project_id', 26).notNullable().references('projects.id').onDelete('CASCADE')
      table.string('server_id', 26).notNullable().references('servers.id')
      table.string('role', 12).notNullable()
      table.integer('app_port').notNullable()

      /* Domain and port that the server answers at; null where it answers nobody. */
      table.string('address', 260).nullable()
      table.string('live_release_id', 26).nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['project_id', 'server_id'])
      table.unique(['server_id', 'app_port'])
      table.unique(['server_id', 'address'])
    })

    this.schema.createTable('placement_releases', (table) => {
      table.string('placement_id', 26).notNullable().references('placements.id').onDelete('CASCADE')
      table.string('release_id', 26).notNullable().references('releases.id').onDelete('CASCADE')
      table.primary(['placement_id', 'release_id'])
    })

    this.schema.createTable('deployment_runs', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table
        .string('deployment_id', 26)
        .notNullable()
        .references('deployments.id')
        .onDelete('CASCADE')
      table.integer('position').notNullable()
      table.string('server_id', 26).nullable().references('servers.id').onDelete('SET NULL')
      table.string('server_name', 80).notNullable()
      table.string('role', 12).notNullable()
      table.integer('app_port').notNullable()
      table.string('run_id', 26).nullable().unique().references('runs.id').onDelete('SET NULL')
      table.string('state', 12).notNullable()
      table.string('note', 300).nullable()
      table.string('failed_step', 120).nullable()

      /* The release that was live there before. */
      table.string('former_release_id', 26).nullable()

      /* Its run takes it back to that release. */
      table.boolean('returns').notNullable().defaultTo(false)

      /* The phase of the deployment that the server was last told of. */
      table.string('told', 12).nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['deployment_id', 'position'])
    })

    this.schema.alterTable('projects', (table) => {
      table.string('rollout', 12).notNullable().defaultTo('together')
      table.integer('rolling_batch').notNullable().defaultTo(1)
      table.string('rolling_failure', 12).notNullable().defaultTo('stay')
    })
    this.schema.alterTable('deployments', (table) => {
      /* How it goes over many servers; null for one. */
      table.string('rollout', 12).nullable()
      table.string('phase', 12).nullable()
      table.bigInteger('phase_at').nullable()
      table.string('stop_reason', 300).nullable()
      table.bigInteger('cancel_requested_at').nullable()
      table.string('lease_owner', 64).nullable()
      table.bigInteger('lease_until').nullable()
      table.integer('fence').notNullable().defaultTo(0)
      table.index(['state', 'rollout'])
    })
    this.defer(placeProjects)
    this.defer(linkRuns)

    this.schema.alterTable('projects', (table) => {
      table.dropForeign(['server_id'])
    })
    this.schema.alterTable('projects', (table) => {
      table.dropUnique(['server_id', 'app_port'])
      table.dropUnique(['server_id', 'domain', 'listen_port'])
    })
    this.schema.alterTable('deployments', (table) => {
      table.dropForeign(['run_id'])
    })
    this.defer(async (client) => {
      if (client.dialect.name === 'mysql') await dropIndex(client, 'deployments_run_id_foreign')
      await client.rawQuery('alter table ?? drop column ??', ['projects', 'server_id'])
      await client.rawQuery('alter table ?? drop column ??', ['projects', 'app_port'])
      await client.rawQuery('alter table ?? drop column ??', ['deployments', 'run_id'])
    })
  }

  async down() {
    this.schema.alterTable('projects', (table) => {
      table.string('server_id', 26).nullable()
      table.integer('app_port').nullable()
    })
    this.schema.alterTable('deployments', (table) => {
      table.string('run_id', 26).nullable()
    })
    this.defer(unplaceProjects)
    this.defer(unlinkRuns)
    this.schema.alterTable('projects', (table) => {
      table.dropNullable('server_id')
    })
    this.schema.alterTable('projects', (table) => {
      table.dropNullable('app_port')
    })
    this.schema.alterTable('projects', (table) => {
      table.foreign('server_id').references('servers.id')
    })
    this.schema.alterTable('projects', (table) => {
      table.unique(['server_id', 'app_port'])
      table.unique(['server_id', 'domain', 'listen_port'])
    })
    this.schema.alterTable('deployments', (table) => {
      table.foreign('run_id').references('runs.id').onDelete('CASCADE')
    })
    this.schema.alterTable('deployments', (table) => {
      table.dropIndex(['state', 'rollout'])
    })
    for (const table of ['deployment_runs', 'placement_releases', 'placements']) {
      this.schema.dropTable(table)
    }
    this.defer(async (client) => {
      for (const [table, column] of ADDED) {
        await client.rawQuery('alter table ?? drop column ??', [table, column])
      }
    })
  }
}

/** Every project is a web project of the server it had, and so are its good releases. */
async function placeProjects(client: QueryClientContract) {
  const projects: Row[] = await client.from('projects').select('*')
  for (const project of projects) {
    const id = ulid()
    await client.table('placements').insert({
      id,
      team_id: project.team_id,
      project_id: project.id,
      server_id: project.server_id,
      role: 'web',
      app_port: project.app_port,
      address: `${project.domain}:${project.listen_port}`,
      live_release_id: project.live_release_id,
      created_at: project.created_at,
      updated_at: project.updated_at,
    })
    const kept: Row[] = await client
      .from('releases')
      .where({ project_id: project.id, state: 'good' })
      .select('id')
    for (const release of kept) {
      await client.table('placement_releases').insert({ placement_id: id, release_id: release.id })
    }
  }
}

async function linkRuns(client: QueryClientContract) {
  const deployments: Row[] = await client
    .from('deployments')
    .join('runs', 'runs.id', 'deployments.run_id')
    .join('servers', 'servers.id', 'runs.server_id')
    .join('projects', 'projects.id', 'deployments.project_id')
    .select('deployments.*', 'runs.server_id', 'projects.app_port')
    .select('servers.name as server_name')
  for (const deployment of deployments) {
    await client.table('deployment_runs').insert({
      id: ulid(),
      team_id: deployment.team_id,
      deployment_id: deployment.id,
      position: 0,
      server_id: deployment.server_id,
      server_name: String(deployment.server_name).slice(0, 80),
      role: 'web',
      app_port: deployment.app_port,
      run_id: deployment.run_id,
      state: deployment.state === 'active' ? 'running' : deployment.state,
      created_at: deployment.created_at,
      updated_at: deployment.updated_at,
    })
  }
}

/** A project has one server again: of its web servers the one it was put on first. */
async function unplaceProjects(client: QueryClientContract) {
  const placements: Row[] = await client
    .from('placements')
    .orderBy('role', 'desc')
    .orderBy('id', 'desc')
    .select('project_id', 'server_id', 'app_port')
  for (const placement of placements) {
    await client
      .from('projects')
      .where('id', placement.project_id!)
      .update({ server_id: placement.server_id, app_port: placement.app_port })
  }
}

async function unlinkRuns(client: QueryClientContract) {
  const rows: Row[] = await client
    .from('deployment_runs')
    .whereNotNull('run_id')
    .orderBy('position', 'desc')
    .select('deployment_id', 'run_id')
  for (const row of rows) {
    await client.from('deployments').where('id', row.deployment_id!).update({ run_id: row.run_id })
  }
}

/** MySQL keeps the index that it made for a foreign key. */
async function dropIndex(client: QueryClientContract, name: string) {
  await client.rawQuery('alter table deployments drop index ??', [name])
}
