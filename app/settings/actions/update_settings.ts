import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import PanelSettings from '#app/settings/models/panel_settings'
import type { SettingsPart, SettingsValues } from '#app/settings/settings_values'

/**
 * Changes some of the panel's settings and records what changed from what to what, the password
 * aside. Two changes at once happen one after another.
 */
export default class UpdateSettings {
  /**
   * @param decide the new values, from the settings as they are; it may refuse
   * @returns whether anything is different now
   */
  async handle(
    origin: Origin,
    part: SettingsPart,
    decide: (now: PanelSettings) => Partial<SettingsValues>
  ): Promise<boolean> {
    return db.transaction(async (trx) => {
      // The write comes first: it waits for whoever else changes them, and then reads their work.
      await trx.from('panel_settings').where('id', 'panel').increment('updated_at', 0)
      const settings = await PanelSettings.findOrFail('panel', { client: trx })
      const values = decide(settings)
      const changes = changesOf(settings, values)
      if (Object.keys(changes).length === 0) return false
      await settings.merge(values).save()
      const subject = { type: 'settings', id: 'panel', name: part }
      await recordActivity(
        origin,
        { action: 'settings.updated', subject, details: { changes } },
        trx
      )
      return true
    })
  }
}

/** What will be different; of the password only what becomes of it. */
function changesOf(settings: PanelSettings, values: Partial<SettingsValues>) {
  const keys = Object.keys(values) as (keyof SettingsValues)[]
  const changed = keys.filter((key) => values[key] !== settings[key])
  return Object.fromEntries(
    changed.map((key) => {
      if (key === 'smtpPassword') return [key, values.smtpPassword ? 'set' : 'removed']
      return [key, { from: settings[key], to: values[key] }]
    })
  )
}
