import type PanelSettings from '#app/settings/models/panel_settings'

/** The parts that the settings are set in, as people know them. */
export type SettingsPart = 'General' | 'Mail' | 'Network' | 'Retention'

/** What can be set. */
export type SettingsValues = Pick<
  PanelSettings,
  | 'baseUrl'
  | 'signUp'
  | 'smtpHost'
  | 'smtpPort'
  | 'smtpSecurity'
  | 'smtpUsername'
  | 'smtpPassword'
  | 'mailFrom'
  | 'egressAllowed'
  | 'runRetentionDays'
  | 'activityRetentionDays'
>
