import { type Command, sh } from '#engine/shell/command'

/**
 * A service as people name one, `nginx` or `php8.2-fpm.service` or `getty@tty1` (systemd.unit(5),
 * without what needs escaping).
 */
export function isServiceName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9:_.@-]{0,99}$/.test(value)
}

/**
 * Prints the last lines that a unit has written since `$since`, in seconds (journalctl(1)). What a
 * process wrote right before it died may still be on its way: it is waited for.
 */
export function lastLines(unit: Command): Command {
  return sh`{
  timeout 10 journalctl --sync
  journalctl --quiet --no-pager --output=cat --lines=40 --since="@$since" --unit=${unit}
} 2>/dev/null || true`
}
