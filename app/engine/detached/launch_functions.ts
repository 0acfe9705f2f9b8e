import { LAUNCHER_PIPE, LAUNCHER_SCRIPT, LAUNCHER_UNIT } from '#engine/detached/launcher_script'
import { quote } from '#engine/shell/quote'
import { SPARED_UNITS, SPARED_UNITS_PATH } from '#engine/system/needrestart'

/**
 * Bash functions of the follow program that have a run started. They need `$root`, `$directory`, the
 * arguments of the run and `$tries`, how often it was looked for. `launch` sets `$launcher` to what it
 * took; it is for calling again until `asked` holds. After `given_up` the run can never begin.
 */
export const LAUNCH_FUNCTIONS = `
unit=${LAUNCHER_UNIT} pipe=${LAUNCHER_PIPE}
complaint='Nothing took the request. Its journal tells more (journalctl -u).'

begin_launcher() {
  local script=\${root%/*}/launcher.sh spared=${SPARED_UNITS_PATH}
  printf '%s' ${quote(LAUNCHER_SCRIPT)} > "$script.$$" && mv -T "$script.$$" "$script" || return 1
  [ ! -d "\${spared%/*}" ] || [ -e "$spared" ] || printf '%s' ${quote(SPARED_UNITS)} > "$spared"
  local said
  said=$(systemd-run --quiet --collect --no-ask-password --unit="$unit" \\
    --description='Muster: the runs of this server' --service-type=exec --property=Delegate=yes \\
    --property=KillMode=control-group --property=OOMPolicy=continue --property=TasksMax=50% \\
    --property=TimeoutStopSec=60 --property=RuntimeDirectory="$unit" \\
    --property=RuntimeDirectoryMode=0700 -- "$BASH" "$script" "$pipe" </dev/null 2>&1)
  # Of several at once one comes first.
  case $?,$said in
    0,* | *already*) ;;
    *) complaint=$said ;;
  esac
}

launch() {
  if [ "$launcher" = auto ]; then
    launcher=setsid
    [ -d /run/systemd/system ] && command -v systemd-run >/dev/null && launcher=systemd
  fi
  if [ "$launcher" = systemd ]; then
    [ ! -p "$pipe" ] || { exec 8<> "$pipe" && printf '%s\\n' "$id $deadline $cap $grace ." >&8; }
    # A launcher that was killed leaves its pipe for as long as its runs take to end.
    if [ ! -p "$pipe" ] && [ "$((tries % 5))" = 0 ] || [ "$((tries % 20))" = 19 ]; then
      begin_launcher
    fi
  else
    (exec -c setsid -f "$BASH" "$directory/run.sh" "$id" "$deadline" "$cap" "$grace") \\
      </dev/null >/dev/null 2>&1
  fi
}

# A launcher that has just ended took nothing more from its pipe.
asked() {
  [ "$launcher" = setsid ] ||
    { [ "$pipe" -ef /dev/fd/8 ] && [ -p /dev/fd/8 ] && [ "$((tries % 20))" != 19 ]; }
}

# Not while the run is about to begin, nor while one launcher still has to end before the next can come.
given_up() {
  [ "$launcher" = setsid ] || [ "$(systemctl is-active "$unit" 2>/dev/null)" != deactivating ] || return 1
  exec 9>> "$directory/lock"
  if flock -n 9 && [ ! -s "$directory/start" ] && [ ! -s "$directory/rc" ] && : > "$directory/refused"; then
    [ "$launcher" = setsid ] || printf '%s: %s\\n' "$unit" "$complaint" >&2
    return 0
  fi
  exec 9>&-
  return 1
}
`
