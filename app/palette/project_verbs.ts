import { urlFor } from '@adonisjs/core/services/url_builder'
import Deployment from '#app/deployments/models/deployment'
import type { Verb } from '#app/palette/verbs'
import { gitHostOf } from '#app/projects/git_hosts'
import type Project from '#app/projects/models/project'

/** What can be done with a project whose servers are loaded. */
export const projectVerbs: readonly Verb<Project>[] = [
  {
    words: ['deploy', 'release', 'publish'],
    ability: 'projects.deploy',
    icon: 'rocket',
    label: ({ name }) => `Deploy ${name}`,
    detail: ({ branch }) => branch,
    target: ({ id }) => ({
      method: 'POST',
      action: urlFor('deployments.store', { projectId: id }),
    }),
    isPossible: canBeDeployed,
  },
  {
    words: ['plan', 'preview', 'look', 'happen'],
    fillers: ['see', 'what', 'will', 'for', 'of'],
    ability: 'projects.deploy',
    icon: 'eye',
    onDemand: true,
    label: ({ name }) => `See what will happen to ${name}`,
    target: ({ id }) => ({ href: urlFor('plans.show', { projectId: id }) }),
  },
  {
    words: ['processes', 'restart', 'stop', 'start', 'scale', 'journal', 'workers'],
    fillers: ['of', 'the'],
    ability: 'projects.view',
    icon: 'activity',
    onDemand: true,
    label: ({ name }) => `Processes of ${name}`,
    target: ({ id }) => ({ href: urlFor('processes.index', { projectId: id }) }),
  },
  {
    words: ['servers', 'rollout', 'place'],
    fillers: ['of', 'the'],
    ability: 'projects.manage',
    icon: 'server',
    onDemand: true,
    label: ({ name }) => `Servers of ${name}`,
    target: ({ id }) => ({ href: urlFor('placements.edit', { id }) }),
  },
  {
    words: ['cancel', 'waiting', 'queue'],
    fillers: ['deployments', 'of'],
    ability: 'runs.cancel',
    icon: 'square',
    onDemand: true,
    label: ({ name }) => `Cancel waiting deployments of ${name}`,
    target: ({ id }) => ({
      method: 'POST',
      action: urlFor('waiting_cancellations.store', { projectId: id }),
    }),
    isPossible: hasWaiting,
  },
  {
    words: ['webhook', 'push', 'hook'],
    fillers: ['on', 'of'],
    ability: 'projects.manage',
    icon: 'webhook',
    onDemand: true,
    label: ({ name }) => `Deploy ${name} on push`,
    target: ({ id }) => ({ href: urlFor('webhooks.show', { projectId: id }) }),
  },
  {
    words: ['variables', 'environment', 'secrets'],
    fillers: ['open', 'of'],
    ability: 'projects.manage',
    icon: 'braces',
    label: ({ name }) => `Open variables of ${name}`,
    target: ({ id }) => ({ href: urlFor('project_variables.index', { id }) }),
  },
  {
    words: ['settings', 'edit', 'configure'],
    fillers: ['of'],
    ability: 'projects.manage',
    icon: 'sliders-horizontal',
    label: ({ name }) => `Settings of ${name}`,
    target: ({ id }) => ({ href: urlFor('projects.edit', { id }) }),
  },
  {
    words: ['rollback', 'roll', 'back'],
    ability: 'projects.deploy',
    icon: 'undo-2',
    onDemand: true,
    label: ({ name }) => `Roll ${name} back…`,
    target: ({ id }) => ({ href: urlFor('projects.show', { id }) }),
    isPossible: ({ liveReleaseId }) => liveReleaseId !== null,
  },
  {
    words: ['deployments', 'history'],
    fillers: ['of'],
    ability: 'projects.view',
    icon: 'history',
    onDemand: true,
    label: ({ name }) => `Deployments of ${name}`,
    target: ({ id }) => ({ href: urlFor('deployments.index', { projectId: id }) }),
  },
  {
    words: ['remove', 'delete', 'destroy'],
    ability: 'projects.manage',
    icon: 'trash-2',
    onDemand: true,
    label: ({ name }) => `Remove ${name}…`,
    target: ({ id }) => ({ href: urlFor('projects.edit', { id }) }),
  },
]

/** As the project's own page offers it: prepared, its git host known. */
async function canBeDeployed(project: Project): Promise<boolean> {
  if (project.servers.some(({ preparedAt }) => preparedAt === null)) return false
  const gitHost = await gitHostOf(project)
  return gitHost === null || gitHost.hostKeys.length > 0
}

async function hasWaiting(project: Project): Promise<boolean> {
  const waiting = { projectId: project.id, state: 'waiting' }
  return (await Deployment.within(project).where(waiting).first()) !== null
}
