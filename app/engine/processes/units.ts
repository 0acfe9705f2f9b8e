import { type Command, sh } from '#engine/shell/command'
import { assertForm, isAbsolutePath, isSlug, isUnixUser } from '#engine/system/grammar'

/** Where units of the administrator's are. */
const UNITS = '/etc/systemd/system'

/** Whose processes they are, and where the release is that they run. */
export interface ProcessHome {
  slug: string
  unixUser: string
  release: string
  /** Root's notes about the release: `processes`, `run`, `command.<name>`. */
  meta: string
}

/**
 * Functions for bash that know the units of a project:
 *
 * `units_in a` and `worker_units` print the units that are there, `definition NAME` reads how a
 * process runs, `write_unit UNIT NAME NUMBER PORT SLOT` writes one (systemd.service(5),
 * systemd.exec(5), systemd.resource-control(5)), `remove_units UNIT ...` stops and removes them.
 *
 * Units of the web process are named after their slot, `muster-shop-a.service` and
 * `muster-shop-a.2.service`, others after their process, `muster-shop.worker.1.service`.
 *
 * @throws GrammarError for a value out of its form.
 */
export function unitFunctions(home: ProcessHome): Command {
  const prefix = unitPrefix(home.slug)
  const user = assertForm(isUnixUser, home.unixUser, 'The Unix user')
  const release = assertForm(isAbsolutePath, home.release, 'The release')
  const meta = assertForm(isAbsolutePath, home.meta, 'The directory')
  return sh`units_in() {
  local file
  for file in ${UNITS}/${prefix}-"$1".service ${UNITS}/${prefix}-"$1".[0-9]*.service; do
    if [ -e "$file" ]; then printf '%s\\n' "\${file##*/}"; fi
  done
}
worker_units() {
  local file
  for file in ${UNITS}/${prefix}.[a-z]*.[0-9]*.service; do
    if [ -e "$file" ]; then printf '%s\\n' "\${file##*/}"; fi
  done
}
definition() {
  local name one two three four five
  instances=0 memory=- cpu=- restart=always grace=20
  while read -r name one two three four five; do
    if [ "$name" = "$1" ]; then instances=$one memory=$two cpu=$three restart=$four grace=$five; fi
  done < ${`${meta}/processes`}
}
restart_lines() {
  local version
  version=$(systemctl --version | sed -n '1s/^systemd \\([0-9]*\\).*/\\1/p')
  if [ "\${version:-0}" -ge 254 ]; then
    printf 'RestartSec=1\\nRestartSteps=8\\nRestartMaxDelaySec=60\\n'
  else
    printf 'RestartSec=2\\n'
  fi
}
write_unit() {
  local unit=$1 process=$2 number=$3 port=$4 slot=$5
  definition "$process"
  {
    printf '[Unit]\\nDescription=Muster project %s: %s %s\\nAfter=network.target\\nStartLimitIntervalSec=0\\n\\n' ${home.slug} "$process" "$number"
    printf '[Service]\\nType=exec\\nUser=%s\\nGroup=%s\\nWorkingDirectory=%s\\n' ${user} ${user} ${release}
    if [ -n "$port" ]; then printf 'Environment=HOST=127.0.0.1\\nEnvironment=PORT=%s\\n' "$port"; fi
    if [ -n "$slot" ] && [ -e ${`${meta}/fpm-a.conf`} ]; then
      printf 'ExecStartPre=+/usr/bin/install -d -m 0750 -o %s -g %s /run/%s-%s\\n' ${user} "$(nginx_group)" ${prefix} "$slot"
      printf 'KillMode=mixed\\nKillSignal=SIGQUIT\\n'
    fi
    printf 'ExecStart=/usr/bin/env bash %s %s %s\\n' ${`${meta}/run`} "$process" "$slot"
    printf 'Restart=%s\\n' "$restart"
    restart_lines
    printf 'TimeoutStopSec=%s\\nMemoryAccounting=yes\\nCPUAccounting=yes\\n' "$grace"
    if [ "$memory" != - ]; then printf 'MemoryMax=%sM\\n' "$memory"; fi
    if [ "$cpu" != - ]; then printf 'CPUQuota=%s%%\\n' "$cpu"; fi
    printf 'NoNewPrivileges=yes\\nPrivateTmp=yes\\nProtectSystem=full\\n\\n'
    printf '[Install]\\nWantedBy=multi-user.target\\n'
  } > ${UNITS}/"$unit".new
  chmod 0644 ${UNITS}/"$unit".new
  mv -T -- ${UNITS}/"$unit".new ${UNITS}/"$unit"
}
remove_units() {
  local unit
  if [ "$#" = 0 ]; then return 0; fi
  systemctl --no-ask-password --quiet disable -- "$@" 2>/dev/null || true
  systemctl --no-ask-password stop -- "$@" || true
  systemctl --no-ask-password --quiet reset-failed -- "$@" 2>/dev/null || true
  for unit in "$@"; do rm -f -- ${UNITS}/"$unit"; done
  systemctl --no-ask-password daemon-reload
}
nginx_group() {
  local user
  user=$(sed -n 's/^[[:space:]]*user[[:space:]][[:space:]]*\\([a-z_][a-z0-9_-]*\\).*/\\1/p' /etc/nginx/nginx.conf | sed -n 1p) || user=''
  id -gn -- "\${user:-www-data}"
}`
}

/** What the names of a project's units begin with. */
export function unitPrefix(slug: string): string {
  return `muster-${assertForm(isSlug, slug, 'The short name')}`
}
