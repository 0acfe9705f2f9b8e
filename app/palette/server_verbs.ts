import { urlFor } from '@adonisjs/core/services/url_builder'
import type { Verb } from '#app/palette/verbs'
import type Server from '#app/servers/models/server'

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
  {
    words: ['reboot', 'restart'],
    ability: 'commands.run',
    icon: 'power',
    onDemand: true,
    label: ({ name }) => `Reboot ${name}…`,
    target: ({ id }) => ({
      href: `${urlFor('action_runs.create')}?action=reboot&servers[]=${id}`,
    }),
    isPossible: ({ offeredHostKey }) => offeredHostKey === null,
  },
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
