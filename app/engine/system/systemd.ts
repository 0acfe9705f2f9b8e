import { type Command, sh } from '#engine/shell/command'
import {
  assertForm,
  GrammarError,
  isAbsolutePath,
  isEnvironmentKey,
  isUnixUser,
} from '#engine/system/grammar'

export interface ServiceUnit {
  /** One line for people. */
  description: string
  user: string
  workingDirectory: string
  /** A script of root's; what a user wrote is inside the script, never in the unit. */
  script: string
  /** Values are ports, addresses and the like. */
  environment: Readonly<Record<string, string>>
}

/**
 * The text of a service unit (systemd.service(5), systemd.exec(5)). Every value is held to its
 * grammar, and `%` is written `%%`, so that nothing in it means anything to systemd.
 *
 * @throws GrammarError for a value out of its form.
 */
export function renderService(unit: ServiceUnit): string {
  const user = assertForm(isUnixUser, unit.user, 'The Unix user')
  const environment = Object.entries(unit.environment).map(([key, value]) => {
    assertForm(isEnvironmentKey, key, 'The name of a variable')
    return `Environment=${key}=${assertForm(isWord, value, 'The value of a variable')}`
  })
  return [
    '[Unit]',
    `Description=${assertPlain(unit.description)}`,
    'After=network.target',
    'StartLimitIntervalSec=60',
    'StartLimitBurst=20',
    '',
    '[Service]',
    'Type=exec',
    `User=${user}`,
    `Group=${user}`,
    `WorkingDirectory=${assertForm(isAbsolutePath, unit.workingDirectory, 'The directory')}`,
    ...environment,
    `ExecStart=/usr/bin/env bash ${assertForm(isAbsolutePath, unit.script, 'The script')}`,
    'Restart=on-failure',
    'RestartSec=1',
    'TimeoutStopSec=20',
    'NoNewPrivileges=yes',
    'PrivateTmp=yes',
    'ProtectSystem=full',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n')
}

/** Where a unit of the administrator's goes. */
export function unitFile(name: string): string {
  return `/etc/systemd/system/${assertUnitName(name)}`
}

export function systemctl(verb: string, ...units: readonly string[]): Command {
  return sh`systemctl --no-ask-password --quiet ${verb} -- ${units.map(assertUnitName)}`
}

/**
 * A service as people name one, `nginx` or `php8.2-fpm.service` or `getty@tty1` (systemd.unit(5),
 * without what needs escaping).
 */
export function isServiceName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9:_.@-]{0,99}$/.test(value)
}

/** A name such as `muster-shop-a.service` (systemd.unit(5), without what needs escaping). */
function assertUnitName(name: string): string {
  const isUnit = (value: unknown): value is string =>
    typeof value === 'string' && /^[a-z][a-z0-9-]{0,200}\.service$/.test(value)
  return assertForm(isUnit, name, 'The name of the unit')
}

/** A port, an address and the like; nothing that systemd would split or unquote. */
function isWord(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.:-]{1,100}$/.test(value)
}

function assertPlain(value: string): string {
  if (!/^[\w .,:;()/@+%-]{1,200}$/.test(value)) {
    throw new GrammarError('A value of the unit has characters that do not belong in one.')
  }
  return value.replaceAll('%', '%%')
}
