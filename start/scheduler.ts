/*
| What happens by itself, and how often.
*/
import type { Scheduler } from '#app/core/scheduler'
import type { ServerRemotes } from '#app/servers/server_remotes'
import RemoveOldLogs from '#app/administration/actions/remove_old_logs'
import CarryOnBulkRuns from '#app/bulk_runs/actions/carry_on_bulk_runs'
import CarryOnDeployments from '#app/deployments/actions/carry_on_deployments'
import DeliverNotifications from '#app/notifications/actions/deliver_notifications'
import RemoveOldNotifications from '#app/notifications/actions/remove_old_notifications'
import PruneRunDirectories from '#app/runs/actions/prune_run_directories'
import CheckServers from '#app/servers/actions/check_servers'
import ContinueRotations from '#app/ssh_keys/actions/continue_rotations'
import RemoveExpiredKeys from '#app/ssh_keys/actions/remove_expired_keys'
import WarnOfExpiry from '#app/ssh_keys/actions/warn_of_expiry'
import { panelSettings } from '#app/settings/models/panel_settings'
import PruneActivity from '#app/activity/actions/prune_activity'
import { removeExpiredSessions } from '#app/auth/expired_sessions'

export function registerScheduledWork(scheduler: Scheduler, remotes: ServerRemotes) {
  const checkServers = new CheckServers(remotes)
  scheduler.every('*/5 * * * * *', 'check servers', () => checkServers.handle('answering'))
  scheduler.every('*/5 * * * * *', 'look for servers that are gone', () =>
    checkServers.handle('silent')
  )
  const carryOnBulkRuns = new CarryOnBulkRuns()
  scheduler.every('*/20 * * * * *', 'carry on bulk runs', () => carryOnBulkRuns.handle())
  scheduler.every('*/5 * * * * *', 'carry on deployments', () => new CarryOnDeployments().handle())
  const deliverNotifications = new DeliverNotifications()
  scheduler.every('*/3 * * * * *', 'deliver notifications', () => deliverNotifications.handle())
  const continueRotations = new ContinueRotations(remotes)
  scheduler.every('*/2 * * * * *', 'continue rotations', () => continueRotations.handle())
  scheduler.every('0 5 * * * *', 'warn of keys that expire', () => new WarnOfExpiry().handle())
  scheduler.every('0 6 * * * *', 'remove expired keys', () => new RemoveExpiredKeys().handle())
  const pruneRunDirectories = new PruneRunDirectories(remotes)
  scheduler.every('0 40 3 * * *', 'prune run directories', () => pruneRunDirectories.handle())
  scheduler.every('0 10 4 * * *', 'remove old logs', () => new RemoveOldLogs().handle())
  scheduler.every('0 25 4 * * *', 'remove old activity', async () => {
    const { activityRetentionDays } = await panelSettings()
    await new PruneActivity().handle({ days: activityRetentionDays })
  })
  scheduler.every('0 30 4 * * *', 'remove old notifications', () =>
    new RemoveOldNotifications().handle()
  )
  scheduler.every('0 17 * * * *', 'remove expired sessions', removeExpiredSessions)
}
