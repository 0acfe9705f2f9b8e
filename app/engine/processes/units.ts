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
 * systemd.exec(5), systemd.resource-control(5)), `remove_units UNIT ...` stops and removes them,
 * and `owns_port` as `portFunction` has it.
 *
 * php gets its socket from a unit of root's (systemd.socket(5)): in a directory of its own the
 * project could put a link in its place, and nginx would ask another project's php for it.
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
write_socket() {
  local group
  group=$(nginx_group)
  {
    printf '[Unit]\\nDescription=Muster project %s: where nginx asks php\\n\\n' ${home.slug}
    printf '[Socket]\\nExecStartPre=/usr/bin/install -d -m 0750 -o root -g %s %s\\n' "$group" "$2"
    printf 'ListenStream=%s/php.sock\\nSocketUser=root\\nSocketGroup=%s\\nSocketMode=0660\\n' "$2" "$group"
    printf 'RemoveOnStop=yes\\n'
  } > ${UNITS}/"$1".new
  chmod 0644 ${UNITS}/"$1".new
  mv -T -- ${UNITS}/"$1".new ${UNITS}/"$1"
}
stop_sockets() {
  local unit
  for unit in "$@"; do
    if [ -e ${UNITS}/"\${unit%.service}.socket" ]; then
      systemctl --no-ask-password stop -- "\${unit%.service}.socket" || true
    fi
  done
}
write_unit() {
  local unit=$1 process=$2 number=$3 port=$4 slot=$5
  definition "$process"
  {
    printf '[Unit]\\nDescription=Muster project %s: %s %s\\nAfter=network.target\\nStartLimitIntervalSec=0\\n' ${home.slug} "$process" "$number"
    if [ -n "$slot" ] && [ -e ${`${meta}/fpm-a.conf`} ]; then
      printf 'Requires=%s\\nAfter=%s\\n' "\${unit%.service}.socket" "\${unit%.service}.socket"
    fi
    printf '\\n'
    printf '[Service]\\nType=exec\\nUser=%s\\nGroup=%s\\nWorkingDirectory=%s\\n' ${user} ${user} ${release}
    if [ -n "$port" ]; then printf 'Environment=HOST=127.0.0.1\\nEnvironment=PORT=%s\\n' "$port"; fi
    if [ -n "$slot" ] && [ -e ${`${meta}/fpm-a.conf`} ]; then
      printf 'Sockets=%s\\nEnvironment=FPM_SOCKETS=/run/%s-%s/php.sock=3\\n' "\${unit%.service}.socket" ${prefix} "$slot"
      printf 'KillMode=mixed\\nKillSignal=SIGQUIT\\n'
      write_socket "\${unit%.service}.socket" /run/${`${prefix}-`}"$slot"
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
  # What could not be written whole.
  rm -f -- ${UNITS}/${prefix}-[ab].service.new ${UNITS}/${prefix}-[ab].[0-9]*.service.new ${UNITS}/${prefix}-[ab].socket.new ${UNITS}/${prefix}.[a-z]*.[0-9]*.service.new
  if [ "$#" = 0 ]; then return 0; fi
  systemctl --no-ask-password --quiet disable -- "$@" 2>/dev/null || true
  stop_sockets "$@"
  systemctl --no-ask-password stop -- "$@" || true
  systemctl --no-ask-password --quiet reset-failed -- "$@" 2>/dev/null || true
  for unit in "$@"; do
    rm -f -- ${UNITS}/"$unit" ${UNITS}/"\${unit%.service}.socket"
    if [ -d "/run/\${unit%.service}" ]; then rm -rf -- "/run/\${unit%.service}"; fi
  done
  systemctl --no-ask-password daemon-reload
}
${portFunction(user)}
nginx_group() {
  local user
  user=$(sed -n 's/^[[:space:]]*user[[:space:]][[:space:]]*\\([a-z_][a-z0-9_-]*\\).*/\\1/p' /etc/nginx/nginx.conf | sed -n 1p) || user=''
  id -gn -- "\${user:-www-data}"
}`
}

/**
 * A function for bash: `owns_port PORT` says whether the user alone listens there (proc_net(5)), so that
 * nobody else's program gets the visitors because it had the port first.
 *
 * @throws GrammarError when it is no user.
 */
export function portFunction(unixUser: string): Command {
  const user = assertForm(isUnixUser, unixUser, 'The Unix user')
  return sh`owns_port() {
  local port
  printf -v port '%04X' "$1"
  { cat /proc/net/tcp /proc/net/tcp6 2>/dev/null || true; } | awk -v port="$port" -v uid="$(id -u -- ${user})" '
    $4 == "0A" { n = split($2, at, ":"); if (at[n] == port) { if ($8 == uid) own = 1; else other = 1 } }
    END { exit !(own && !other) }'
}`
}

/** What the names of a project's units begin with. */
export function unitPrefix(slug: string): string {
  return `muster-${assertForm(isSlug, slug, 'The short name')}`
}
