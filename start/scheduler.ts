/*
| What happens by itself, and how often.
*/
import type { Scheduler } from '#app/core/scheduler'
import type { ServerRemotes } from '#app/servers/server_remotes'
import PruneRunDirectories from '#app/runs/actions/prune_run_directories'
import CheckServers from '#app/servers/actions/check_servers'
import { removeExpiredSessions } from '#app/auth/expired_sessions'

export function registerScheduledWork(scheduler: Scheduler, remotes: ServerRemotes) {
  const checkServers = new CheckServers(remotes)
  scheduler.every('0 * * * * *', 'check servers', () => checkServers.handle())
  const pruneRunDirectories = new PruneRunDirectories(remotes)
  scheduler.every('0 40 3 * * *', 'prune run directories', () => pruneRunDirectories.handle())
  scheduler.every('0 17 * * * *', 'remove expired sessions', removeExpiredSessions)
}
