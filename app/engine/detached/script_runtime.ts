/**
 * The bash functions that a compiled script stands on. They announce progress in frames (see
 * `ProgressParser`), and in one EXIT trap (reached by `set -e`, by an explicit `exit` and by TERM
 * alike) they take back what was done when the script did not come to its end.
 */
export const SCRIPT_RUNTIME = `
muster_directory=\${BASH_SOURCE[0]%/*}
muster_step= muster_command=0 muster_failure=failed muster_cancelled= muster_complete= muster_broken= muster_committed= muster_ending=
muster_undo_steps=() muster_always_steps=()

muster_say() {
  printf '\\036%s {%s,"time":%s}\\n' "$muster_nonce" "$1" "$((\${EPOCHREALTIME/[.,]/} / 1000))"
}

muster_result() {
  local LC_ALL=C value=\${2:0:1500}
  value=\${value//\\\\/\\\\\\\\}
  value=\${value//\\"/\\\\\\"}
  value=\${value//[[:cntrl:]]/ }
  muster_say "\\"event\\":\\"result\\",\\"name\\":\\"$1\\",\\"value\\":\\"$value\\""
}

muster_begin() {
  muster_step=$1 muster_command=0 muster_failure=$3
  muster_say "\\"event\\":\\"begin\\",\\"step\\":\\"$1\\""
  printf '\\033[1m▸ %s\\033[0m\\n' "$2"
}

muster_end() { muster_say "\\"event\\":\\"end\\",\\"step\\":\\"$muster_step\\"\${1:-}"; }

muster_at() {
  muster_command=$1
  [ -z "\${2:-}" ] || printf '\\033[2m$ %s\\033[0m\\n' "$2"
}

muster_check() { [ "$1" = 0 ] || exit "$1"; }

muster_warn() {
  printf '\\033[33m%s failed with exit code %s; the rest goes on.\\033[0m\\n' "$1" "$2"
  muster_end ',"warning":true'
}

# While the file is there nobody ends this script: see stop_members in run.sh.
muster_hold() {
  trap '' TERM INT HUP
  : > "$muster_directory/hold" || true
}

muster_release() {
  rm -f "$muster_directory/hold"
  trap muster_stop TERM INT HUP
}

# A signal may come when the end has begun by itself, because it killed a child first: an exit would
# then skip the rest of it.
muster_stop() {
  muster_cancelled=1
  [ -n "$muster_ending" ] || muster_exit 143
}

# Names what is full: the words of programs that find no room seldom say where.
muster_tell_full() {
  df -Pk / /home /srv /srv/muster /tmp /var 2>/dev/null |
    awk 'NR > 1 && $4 < 1024 && !seen[$6]++ { printf "There is no room left on %s.\\n", $6 }'
}

muster_exit() {
  [ -z "$muster_ending" ] || return 0
  muster_ending=1
  local rc=$1 outcome=$muster_success index
  trap - EXIT
  # What failed within a redirection has left it in force, and standard error is the same log.
  if [ -f /dev/fd/1 ] || [ -c /dev/fd/1 ]; then exec >&2; fi
  trap 'muster_cancelled=1' TERM INT HUP
  set +eE
  # A signal that came while a command ran reaches its trap here.
  :
  muster_hold
  if [ -z "$muster_complete" ]; then
    [ "$rc" != 0 ] || rc=1
    outcome=$muster_failure
    muster_say "\\"event\\":\\"fail\\",\\"step\\":\\"$muster_step\\",\\"command\\":$muster_command,\\"rc\\":$rc"
    if [ -e "$muster_directory/timed_out" ]; then
      outcome=timed_out
      printf '\\033[31mThe deadline has passed.\\033[0m\\n'
    elif [ -n "$muster_cancelled" ] || [ -e "$muster_directory/cancel" ]; then
      outcome=cancelled
      printf '\\033[31mCancelled.\\033[0m\\n'
    else
      muster_tell_full
      printf '\\033[31mFailed with exit code %s.\\033[0m\\n' "$rc"
    fi
    for ((index = \${#muster_undo_steps[@]} - 1; index >= 0; index--)); do
      muster_undone=0
      "muster_undo_\${muster_undo_steps[index]}"
    done
    if [ -n "$muster_broken" ]; then
      muster_result not_undone "\${muster_broken# }"
      [ "$outcome" != rolled_back ] || outcome=failed
    fi
    case $muster_committed,$outcome in (1,cancelled | 1,timed_out) outcome=$muster_success ;; esac
  fi
  for ((index = \${#muster_always_steps[@]} - 1; index >= 0; index--)); do
    "muster_always_\${muster_always_steps[index]}"
  done
  muster_say "\\"event\\":\\"outcome\\",\\"value\\":\\"$outcome\\",\\"rc\\":$rc"
  rm -f "$muster_directory/hold"
  exit "$rc"
}

muster_undo_begin() { printf '\\033[1m↩ Taking back: %s\\033[0m\\n' "$1"; }

muster_undo_check() { [ "$1" = 0 ] || muster_undone=$1; }

muster_undo_end() {
  [ "$muster_undone" = 0 ] || muster_broken="$muster_broken $1"
  muster_say "\\"event\\":\\"undo\\",\\"step\\":\\"$1\\",\\"rc\\":$muster_undone"
}
`
