import db from '@adonisjs/lucid/services/db'
import type { TeamScope } from '#app/core/database/tenant_model'
import Activity from '#app/activity/models/activity'

/**
 * Whose activity is looked at: that of a team, or what concerns the panel: acts in no team, such as
 * sign-ins and changes of its settings, and those in teams that were removed.
 */
export type Reach = TeamScope | 'panel'

/** The rows within reach. */
export function activityWithin(reach: Reach) {
  if (reach !== 'panel') return Activity.within(reach)
  return Activity.acrossTeams().where((rows) =>
    rows.whereNull('team_id').orWhereNotIn('team_id', db.from('teams').select('id'))
  )
}
