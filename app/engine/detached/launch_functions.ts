import { LAUNCH_PIPE, LAUNCHER_SCRIPT } from '#engine/detached/launcher_script'
import { quote } from '#engine/shell/quote'

/**
 * Bash functions of the follow program that have a run started. They need `$root`, `$directory`, the
 * arguments of the run and `$tries`, how often it was looked for. `launch` sets `$launcher` to what it
 * took; it is for calling again until `asked` holds.
 */
export const LAUNCH_FUNCTIONS = `
pipe=${LAUNCH_PIPE}
complaint=

begin_launcher() {
  local script=\${root%/*}/launcher.sh
  printf '%s' ${quote(LAUNCHER_SCRIPT)} > "$script.$$" && mv -T "$script.$$" "$script" || return 1
  # Of several at once one comes first; what the others hear matters only if no pipe comes.
  complaint=$(systemd-run --quiet --collect --no-ask-password --unit=muster-runs \\
    --description='Muster: the runs of this server' --service-type=exec --property=Delegate=yes \\
    --property=KillMode=control-group --property=OOMPolicy=continue \\
    --property=TimeoutStopSec=60 --property=RuntimeDirectory=muster-runs \\
    --property=RuntimeDirectoryMode=0700 -- "$BASH" "$script" </dev/null 2>&1) &&
    complaint='The unit muster-runs does not stay up: journalctl -u muster-runs tells why.'
}

launch() {
  if [ "$launcher" = auto ]; then
    launcher=setsid
    [ -d /run/systemd/system ] && command -v systemd-run >/dev/null && launcher=systemd
  fi
  if [ "$launcher" = systemd ]; then
    if [ -p "$pipe" ]; then
      exec 8<> "$pipe" && printf '%s\\n' "$id $deadline $cap $grace ." >&8
    elif [ "$((tries % 5))" = 0 ]; then
      begin_launcher
    fi
  else
    (exec -c setsid -f "$BASH" "$directory/run.sh" "$id" "$deadline" "$cap" "$grace") \\
      </dev/null >/dev/null 2>&1
  fi
}

# A launcher that has just ended took nothing more from its pipe.
asked() { [ "$launcher" = setsid ] || { [ "$pipe" -ef /dev/fd/8 ] && [ "$((tries % 20))" != 0 ]; }; }
`
