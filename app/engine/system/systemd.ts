/**
 * A service as people name one, `nginx` or `php8.2-fpm.service` or `getty@tty1` (systemd.unit(5),
 * without what needs escaping).
 */
export function isServiceName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9:_.@-]{0,99}$/.test(value)
}
