/*
| The pages that the palette leads to, a line each. Whether someone may see one is what the
| authorisation table asks for its route.
*/
import edge from 'edge.js'
import { requirements, type Need } from '#start/authorization'
import { paletteIcons } from '#app/palette/icons'
import { registerPages } from '#app/palette/pages'
import type { Asker } from '#app/palette/entries'

/** Label, other words that people look for it by, icon, route. The first six are shown unasked. */
const pages: readonly (readonly [string, string, string, string])[] = [
  ['Dashboard', 'home overview', 'layout-dashboard', 'dashboard.show'],
  ['Servers', 'hosts machines', 'server', 'servers.index'],
  ['Projects', 'apps sites', 'box', 'projects.index'],
  ['Runs', 'logs history jobs', 'square-terminal', 'runs.index'],
  ['New project', 'create add app site', 'plus', 'project_drafts.create'],
  ['Add a server', 'new create connect host', 'plus', 'servers.create'],
  ['Templates of projects', 'settings new app', 'copy', 'project_templates.index'],
  ['Scripts', 'recipes commands bulk', 'scroll-text', 'scripts.index'],
  [
    'Run something',
    'command script action bulk many servers reboot update ping',
    'play',
    'bulk_runs.create',
  ],
  ['Run a command', 'shell bulk many servers execute', 'terminal', 'command_runs.create'],
  ['New script', 'create add recipe', 'plus', 'scripts.create'],
  ['Bulk runs', 'scripts commands history', 'layers', 'bulk_runs.index'],
  ['SSH keys', 'key pairs public keys login', 'key-round', 'ssh_keys.index'],
  ['People’s keys', 'ssh public keys team', 'key-round', 'people_keys.index'],
  ['New key pair', 'ssh key generate create add', 'plus', 'ssh_keys.create'],
  ['Import a key pair', 'ssh key private add', 'plus', 'imported_keys.create'],
  ['Tags and groups', 'servers labels', 'tags', 'tags.index'],
  ['Activity', 'audit log history', 'history', 'activities.index'],
  ['Members', 'team people users', 'users', 'members.index'],
  ['Invite someone', 'team member add new person', 'user-plus', 'invitations.create'],
  ['Roles', 'team rights abilities permissions', 'shield', 'team_roles.show'],
  ['API tokens', 'team keys access', 'key-round', 'api_tokens.index'],
  ['Team settings', 'name transfer leave', 'settings', 'team_settings.edit'],
  ['New team', 'create add', 'plus', 'teams.create'],
  ['Profile', 'account name time zone settings', 'circle-user-round', 'account.edit'],
  ['Change e-mail', 'account address', 'circle-user-round', 'account_email.edit'],
  ['Change password', 'account', 'lock', 'account_password.edit'],
  ['Security', 'account two-factor passkeys recovery', 'lock', 'account_security.show'],
  ['My SSH keys', 'account public keys', 'key-round', 'account_keys.index'],
  ['Sessions', 'account devices sign-ins', 'circle-user-round', 'account_sessions.index'],
  ['General settings', 'administration panel', 'sliders-horizontal', 'general_settings.edit'],
  ['Mail settings', 'administration panel smtp', 'sliders-horizontal', 'mail_settings.edit'],
  ['Network settings', 'administration panel', 'sliders-horizontal', 'network_settings.edit'],
  ['Retention settings', 'administration panel', 'sliders-horizontal', 'retention_settings.edit'],
  ['People', 'administration users accounts', 'users', 'users.index'],
  ['Usage', 'administration panel', 'gauge', 'usage.show'],
  ['Activity of the panel', 'administration audit log', 'history', 'panel_activities.index'],
  ['Diagnosis', 'administration health status support', 'stethoscope', 'diagnosis.show'],
]

function isOpenTo(need: Need, { scope, administrator }: Asker): boolean {
  if (need === 'administrator') return administrator
  if (need === 'guest' || need === 'signature') return false
  return need === 'public' || need === 'signed-in' || scope.can(need)
}

registerPages(
  pages.map(([label, words, icon, routeName]) => {
    const requirement = requirements[routeName]
    if (!requirement) throw new Error(`The palette names the unknown route "${routeName}".`)
    const open = (asker: Asker) => isOpenTo(requirement.need, asker)
    return { label, words, icon, routeName, isOpenTo: open }
  })
)
edge.global('paletteIcons', paletteIcons())
