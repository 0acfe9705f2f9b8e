import { assertForm, GrammarError, isAbsolutePath, isPhpVersion } from '#engine/system/grammar'

export interface Pool {
  socket: string
  /** How many requests it answers at a time. */
  workers: number
  /** How long requests under way may take once it was asked to end, in seconds. */
  graceSeconds: number
  /** Where sessions stay from release to release. */
  sessions: string
}

/** The program that is master of a pool, as Debian and Ubuntu install it. */
export function phpMaster(version: string): string {
  return `/usr/sbin/php-fpm${assertForm(isPhpVersion, version, 'The version of PHP')}`
}

/**
 * The configuration of a php-fpm of a project's own (php.net/manual/en/install.fpm.configuration).
 * Its master runs as the project's user and lives as long as one release is live, so that no compiled
 * file outlives the release it was compiled of and files are never looked at again.
 *
 * @throws GrammarError for a value out of its form.
 */
export function renderPool(pool: Pool): string {
  const { workers } = pool
  if (!Number.isInteger(workers) || workers < 1) {
    throw new GrammarError('PHP needs at least one worker.')
  }
  if (!Number.isInteger(pool.graceSeconds)) throw new GrammarError('The grace is whole seconds.')
  const spare = Math.min(workers, 4)
  return [
    '[global]',
    'daemonize = no',
    'error_log = syslog',
    'syslog.ident = php-fpm',
    'log_level = notice',
    `process_control_timeout = ${pool.graceSeconds}s`,
    '[www]',
    `listen = ${assertForm(isAbsolutePath, pool.socket, 'The socket')}`,
    // The directory of the socket lets nginx and the project in, and nobody else.
    'listen.mode = 0666',
    'pm = dynamic',
    `pm.max_children = ${workers}`,
    `pm.start_servers = ${Math.min(workers, 2)}`,
    'pm.min_spare_servers = 1',
    `pm.max_spare_servers = ${spare}`,
    'pm.max_requests = 1000',
    'clear_env = no',
    'catch_workers_output = yes',
    'decorate_workers_output = no',
    'php_admin_flag[log_errors] = on',
    'php_admin_value[error_log] = syslog',
    'php_value[opcache.validate_timestamps] = 0',
    `php_value[session.save_path] = ${assertForm(isAbsolutePath, pool.sessions, 'The directory of sessions')}`,
    '',
  ].join('\n')
}
