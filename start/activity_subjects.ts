/*
| The kinds of things that activity is about, and where each is looked at. Those without an entry
| have a name there and nothing to open.
*/
import { urlFor } from '@adonisjs/core/services/url_builder'
import { registerSubjects } from '#app/activity/subjects'
import ApiToken from '#app/api_tokens/models/api_token'
import BulkRun from '#app/bulk_runs/models/bulk_run'
import Deployment from '#app/deployments/models/deployment'
import Project from '#app/projects/models/project'
import ProjectDraft from '#app/projects/models/project_draft'
import Run from '#app/runs/models/run'
import Script from '#app/scripts/models/script'
import Server from '#app/servers/models/server'
import PublicKey from '#app/ssh_keys/models/public_key'
import SshKey from '#app/ssh_keys/models/ssh_key'
import Membership from '#app/teams/models/membership'
import User from '#app/users/models/user'

registerSubjects([
  {
    type: 'server',
    label: 'Server',
    async find(reach, ids) {
      if (reach === 'panel') return new Map()
      const servers = await Server.within(reach)
        .whereIn('id', [...ids])
        .select('id')
      return new Map(servers.map(({ id }) => [id, { href: urlFor('servers.show', { id }) }]))
    },
  },
  {
    type: 'project',
    label: 'Project',
    async find(reach, ids) {
      if (reach === 'panel') return new Map()
      const projects = await Project.within(reach)
        .whereIn('id', [...ids])
        .select('id')
      return new Map(projects.map(({ id }) => [id, { href: urlFor('projects.show', { id }) }]))
    },
  },
  {
    type: 'project_draft',
    label: 'Project in the making',
    async find(reach, ids) {
      if (reach === 'panel') return new Map()
      const drafts = await ProjectDraft.within(reach)
        .whereIn('id', [...ids])
        .select('id')
      return new Map(drafts.map(({ id }) => [id, { href: urlFor('project_drafts.show', { id }) }]))
    },
  },
  {
    type: 'deployment',
    label: 'Deployment',
    async find(reach, ids) {
      if (reach === 'panel') return new Map()
      const deployments = await Deployment.within(reach).whereIn('id', [...ids])
      return new Map(
        deployments.map(({ id, projectId }) => [
          id,
          { href: urlFor('deployments.show', { projectId, id }) },
        ])
      )
    },
  },
  {
    type: 'run',
    label: 'Run',
    async find(reach, ids) {
      if (reach === 'panel') return new Map()
      const runs = await Run.within(reach)
        .whereIn('id', [...ids])
        .select('id', 'title', 'state', 'cancel_requested_at')
      return new Map(
        runs.map((run) => [
          run.id,
          { href: urlFor('runs.show', { id: run.id }), title: run.title, state: run.look },
        ])
      )
    },
  },
  {
    type: 'script',
    label: 'Script',
    async find(reach, ids) {
      if (reach === 'panel') return new Map()
      const scripts = await Script.within(reach)
        .whereIn('id', [...ids])
        .select('id')
      return new Map(scripts.map(({ id }) => [id, { href: urlFor('scripts.show', { id }) }]))
    },
  },
  {
    type: 'bulk_run',
    label: 'Bulk run',
    async find(reach, ids) {
      if (reach === 'panel') return new Map()
      const bulkRuns = await BulkRun.within(reach)
        .whereIn('id', [...ids])
        .select('id', 'state', 'cancel_requested_at')
      return new Map(
        bulkRuns.map(({ id, look }) => [
          id,
          { href: urlFor('bulk_runs.show', { id }), state: look },
        ])
      )
    },
  },
  {
    type: 'ssh_key',
    label: 'Key pair',
    async find(reach, ids) {
      if (reach === 'panel') return new Map()
      const keys = await SshKey.within(reach)
        .whereIn('id', [...ids])
        .select('id')
      return new Map(keys.map(({ id }) => [id, { href: urlFor('ssh_keys.show', { id }) }]))
    },
  },
  {
    type: 'public_key',
    label: 'Public key',
    async find(reach, ids) {
      if (reach === 'panel') return new Map()
      const keys = await PublicKey.within(reach)
        .whereIn('id', [...ids])
        .select('id')
      return new Map(keys.map(({ id }) => [id, { href: urlFor('people_keys.show', { id }) }]))
    },
  },
  {
    type: 'user',
    label: 'Person',
    async find(reach, ids) {
      if (reach === 'panel') {
        const users = await User.query()
          .whereIn('id', [...ids])
          .select('id')
        return new Map(users.map(({ id }) => [id, { href: urlFor('users.show', { id }) }]))
      }
      const members = await Membership.query()
        .where('team_id', reach.teamId)
        .whereIn('user_id', [...ids])
      return new Map(
        members.map(({ userId, id }) => [userId, { href: urlFor('members.show', { id }) }])
      )
    },
  },
  {
    type: 'api_token',
    label: 'API token',
    async find(reach, ids) {
      if (reach === 'panel') return new Map()
      const tokens = await ApiToken.within(reach)
        .whereIn('id', [...ids])
        .select('id')
      return new Map(tokens.map(({ id }) => [id, { href: urlFor('api_tokens.index') }]))
    },
  },
  {
    type: 'settings',
    label: 'Settings of the panel',
    async find(_, ids) {
      return new Map(ids.map((id) => [id, { href: urlFor('general_settings.edit') }]))
    },
  },
  { type: 'tag', label: 'Tag', find: async () => new Map() },
  { type: 'server_group', label: 'Group of servers', find: async () => new Map() },
  { type: 'server_filter', label: 'Filter of servers', find: async () => new Map() },
  { type: 'git_host', label: 'Git host', find: async () => new Map() },
  { type: 'team', label: 'Team', find: async () => new Map() },
  { type: 'invitation', label: 'Invitation', find: async () => new Map() },
  { type: 'passkey', label: 'Passkey', find: async () => new Map() },
])
