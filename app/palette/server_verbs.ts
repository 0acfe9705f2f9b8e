import { urlFor } from '@adonisjs/core/services/url_builder'
import { readyActionNames, readyActions, type ReadyActionName } from '#app/bulk_runs/ready_actions'
import type { Verb } from '#app/palette/verbs'
import type Server from '#app/servers/models/server'

/** What people type when they want one of the ready actions. */
const ACTION_WORDS: Record<ReadyActionName, string[]> = {
  reboot: ['reboot', 'restart'],
  ping: ['ping'],
  update: ['update', 'upgrade', 'packages'],
  restart: ['restart', 'service'],
  docker: ['docker', 'install'],
}

function readyActionVerb(name: ReadyActionName): Verb<Server> {
  const { label, icon } = readyActions[name]
  return {
    words: ACTION_WORDS[name],
    fillers: ['on', 'a'],
    ability: 'commands.run',
    icon,
    onDemand: true,
    label: (server) =>
      name === 'reboot' ? `Reboot ${server.name}…` : `${label} on ${server.name}…`,
    target: ({ id }) => ({
      href: `${urlFor('action_runs.create')}?action=${name}&servers[]=${id}`,
    }),
    isPossible: ({ offeredHostKey }) => offeredHostKey === null,
  }
}

/** What can be done with a server. */
export const serverVerbs: readonly Verb<Server>[] = [
  {
    words: ['check', 'refresh'],
    fillers: ['now'],
    ability: 'servers.manage',
    icon: 'refresh-cw',
    label: ({ name }) => `Check ${name} now`,
    target: ({ id }) => ({ method: 'POST', action: urlFor('server_checks.store', { id }) }),
    isPossible: ({ offeredHostKey, status }) =>
      offeredHostKey === null && status !== 'host_key_changed',
  },
  {
    words: ['edit', 'rename', 'change', 'tag'],
    ability: 'servers.manage',
    icon: 'pencil',
    onDemand: true,
    label: ({ name }) => `Edit ${name}`,
    target: ({ id }) => ({ href: urlFor('servers.edit', { id }) }),
  },
  {
    words: ['run', 'command', 'execute', 'shell'],
    fillers: ['a', 'on'],
    ability: 'commands.run',
    icon: 'terminal',
    label: ({ name }) => `Run a command on ${name}`,
    target: ({ id }) => ({ href: `${urlFor('command_runs.create')}?servers[]=${id}` }),
    isPossible: ({ offeredHostKey }) => offeredHostKey === null,
  },
  ...readyActionNames.map(readyActionVerb),
  {
    words: ['terminal', 'shell', 'console', 'ssh'],
    fillers: ['on', 'open'],
    ability: 'terminals.open',
    icon: 'square-terminal',
    label: ({ name }) => `Terminal on ${name}`,
    target: ({ id }) => ({ href: urlFor('terminals.create', { id }) }),
    isPossible: ({ offeredHostKey }) => offeredHostKey === null,
  },
  {
    words: ['keys', 'rotate', 'authorized_keys'],
    fillers: ['on', 'ssh', 'of', 'the'],
    ability: 'keys.view',
    icon: 'key-round',
    onDemand: true,
    label: ({ name }) => `Keys on ${name}`,
    target: ({ id }) => ({ href: urlFor('server_keys.show', { id }) }),
    isPossible: ({ offeredHostKey }) => offeredHostKey === null,
  },
  {
    words: ['address', 'move', 'jump', 'port'],
    fillers: ['of', 'the'],
    ability: 'servers.manage',
    icon: 'pencil',
    onDemand: true,
    label: ({ name }) => `Address of ${name}`,
    target: ({ id }) => ({ href: urlFor('server_addresses.edit', { id }) }),
  },
  {
    words: ['connect', 'confirm', 'fingerprint', 'pin'],
    fillers: ['of', 'the'],
    ability: 'servers.manage',
    icon: 'shield',
    label: ({ name, offeredHostKey }) =>
      offeredHostKey ? `Connect ${name}` : `Compare the host keys of ${name}`,
    target: ({ id, offeredHostKey }) => ({
      href: urlFor(offeredHostKey ? 'server_connections.create' : 'server_host_keys.edit', { id }),
    }),
    isPossible: ({ offeredHostKey, status }) =>
      offeredHostKey !== null || status === 'host_key_changed',
  },
  {
    words: ['prepare', 'install', 'setup'],
    ability: 'servers.manage',
    icon: 'package-check',
    label: ({ name }) => `Prepare ${name}`,
    target: ({ id }) => ({ method: 'POST', action: urlFor('server_preparations.store', { id }) }),
    isPossible: ({ offeredHostKey, preparedAt }) => offeredHostKey === null && preparedAt === null,
  },
  {
    words: ['remove', 'delete', 'destroy'],
    ability: 'servers.manage',
    icon: 'trash-2',
    onDemand: true,
    label: ({ name }) => `Remove ${name}…`,
    target: ({ id }) => ({ href: urlFor('servers.show', { id }) }),
  },
]
