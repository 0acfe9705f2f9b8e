import { panelSettings } from '#app/settings/models/panel_settings'
import { isAtMost, roleHints, roles } from '#app/teams/roles'
import type { Scope } from '#app/teams/scope'

/**
 * What the form that invites someone offers: roles up to one's own, the least first.
 */
export async function invitationForm(scope: Scope) {
  const { sendsMail } = await panelSettings()
  const choices = roles
    .filter((role) => isAtMost(role, scope.role))
    .map((role) => ({
      value: role,
      label: role[0].toUpperCase() + role.slice(1),
      hint: roleHints[role],
    }))
  return { sendsMail, roleChoices: choices.reverse() }
}
