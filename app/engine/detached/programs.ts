import { RUN_SCRIPT } from '#engine/detached/run_script'
import { RUNS_DIRECTORY } from '#engine/detached/run_id'
import { STOP_FUNCTIONS } from '#engine/detached/stop_functions'

const HEADER = `
set -u
umask 077
export LC_ALL=C.UTF-8
root=${RUNS_DIRECTORY}
say() { printf 'muster-run: %s\\n' "$*" >&2; }
`

const FACTS = `
alive() { ! flock -n -s "$directory/lock" true; }

# One line of facts about the run in $directory. \`rc\` is written last, so that it decides.
facts() {
  local code=- started=- ended=- boot='' now='' size=0 state flag flags=''
  [ -d "$directory" ] || { printf 'state=missing'; return; }
  if [ -s "$directory/start" ]; then
    read -r boot _ _ started < "$directory/start"
  fi
  if [ ! -s "$directory/rc" ] && alive; then
    state=running
    [ -n "$boot" ] || state=created
  elif [ -s "$directory/rc" ]; then
    read -r code ended < "$directory/rc"
    state=finished
  elif [ -z "$boot" ]; then
    state=created
  else
    state=crashed
  fi
  if [ "$state" = crashed ] || [ -e "$directory/interrupted" ]; then
    read -r now < /proc/sys/kernel/random/boot_id
    if [ -n "$boot" ] && [ "$boot" != "$now" ]; then state=rebooted; fi
  fi
  for flag in timed_out truncated cancel interrupted; do
    [ -e "$directory/$flag" ] && flags="$flags,$flag"
  done
  size=$(stat -c %s "$directory/log" 2>/dev/null)
  printf 'state=%s code=%s size=%s started=%s ended=%s flags=%s' \\
    "$state" "$code" "\${size:-0}" "$started" "$ended" "\${flags#,}"
}
`

/**
 * Starts the run unless it was started, attaches to it and sends its log to stdout until it has
 * ended; what it has to say about it goes to stderr.
 *
 * Arguments: id, fence, sha256 of the body (`-` for none), offset, deadline, cap, grace, launcher.
 */
export const FOLLOW_PROGRAM = `${HEADER}${FACTS}
id=$1 fence=$2 sha=$3 offset=$4 deadline=$5 cap=$6 grace=$7 launcher=$8
directory=$root/$id
refuse() { say "refused reason=$1"; exit 0; }

write_script() { cat > "$1" <<'MUSTER_RUN_SCRIPT'
${RUN_SCRIPT}
MUSTER_RUN_SCRIPT
}

create() {
  local new=$root/.new.$id.$$ sum
  mkdir -p "$root" && mkdir "$new" || return 1
  cat > "$new/body.sh" && sum=$(sha256sum < "$new/body.sh") || return 1
  if [ "\${sum%% *}" != "$sha" ]; then
    rm -rf "$new"
    refuse body
  fi
  write_script "$new/run.sh" && : > "$new/lock" && : > "$new/log" &&
    printf '%s\\n' "$sha" > "$new/sha" && printf '%-20s\\n' "$fence" > "$new/fence" &&
    printf '%-63s\\n' '' > "$new/rc.tmp" || { rm -rf "$new"; return 1; }
  # Another caller may have been first: then its directory stays and this one goes.
  mv -T "$new" "$directory" 2>/dev/null || rm -rf "$new"
  [ -d "$directory" ]
}

launch() {
  if [ "$launcher" = auto ]; then
    launcher=setsid
    [ -d /run/systemd/system ] && command -v systemd-run >/dev/null && launcher=systemd
  fi
  local unit_limit=infinity
  [ "$deadline" = 0 ] || unit_limit=$((\${deadline%.*} + grace + 600))
  if [ "$launcher" = systemd ]; then
    systemd-run --quiet --collect --no-ask-password --unit="muster-run-$id" \\
      --description="Muster run $id" --service-type=exec --property=KillMode=control-group \\
      --property=OOMPolicy=continue --property=TimeoutStopSec=60 \\
      --property=RuntimeMaxSec="$unit_limit" \\
      -- "$(command -v bash)" "$directory/run.sh" "$id" "$deadline" "$cap" "$grace" </dev/null
  else
    setsid -f env -i "$(command -v bash)" "$directory/run.sh" "$id" "$deadline" "$cap" "$grace" \\
      </dev/null >/dev/null 2>&1
  fi
}

if [ ! -d "$directory" ]; then
  [ "$sha" != - ] || refuse missing
  create || refuse start_failed
fi
if [ "$sha" != - ]; then
  read -r stored < "$directory/sha"
  [ "$stored" = "$sha" ] || refuse different
fi
exec 8<> "$directory/fence"
flock 8
read -r stored <&8
[ "$fence" -ge "\${stored:-0}" ] || refuse fence
[ "$fence" = "$stored" ] || printf '%-20s\\n' "$fence" 1<> "$directory/fence"
exec 8>&-

launched=no
if [ ! -s "$directory/start" ] && [ ! -s "$directory/rc" ]; then
  launched=yes
  error=$(launch 2>&1)
  tries=0
  until [ -s "$directory/start" ]; do
    if [ "$tries" -ge 1000 ]; then
      printf '%s\\n' "$error" >&2
      refuse start_failed
    fi
    sleep 0.01
    tries=$((tries + 1))
  done
fi
say "attached launched=$launched launcher=$launcher"

# The waiter gets the shared lock when the run lets go of its own, and tail ends with the waiter.
flock -s "$directory/lock" true </dev/null >/dev/null 2>&1 &
waiter=$!
trap 'kill "$waiter" 2>/dev/null' EXIT
tail -c "+$((offset + 1))" -s 0.05 --pid="$waiter" -f "$directory/log" </dev/null

read -r line < <(facts)
case $line in state=running*) ;; *) rm -f "$directory/body.sh" ;; esac
say "end $line"
`

/** Says what is known of each run. Arguments: ids. Output: `<id> <facts>` per line. */
export const RECONCILE_PROGRAM = `${HEADER}${FACTS}
for id in "$@"; do
  directory=$root/$id
  printf '%s %s\\n' "$id" "$(facts)"
done
`

/**
 * Ends a run and proves that nothing of it is left. Arguments: id, fence (`-` for any), grace,
 * seconds that a critical part may take.
 */
export const CANCEL_PROGRAM = `${HEADER}${FACTS}${STOP_FUNCTIONS}
id=$1 fence=$2 grace=$3 hold=$4
directory=$root/$id
if [ -d "$directory" ]; then
  cd "$directory" || exit 1
  if [ "$fence" != - ]; then
    read -r stored < fence
    [ "$fence" -ge "\${stored:-0}" ] || { say 'refused reason=fence'; exit 0; }
  fi
  if [ ! -s rc ] && { running || [ ! -s start ]; }; then : > cancel; fi
  # A run that has not begun is ended here and can never begin.
  exec 9>> lock
  if flock -n 9 && [ ! -s start ] && [ ! -s rc ]; then
    printf '%-63s\\n' "143 $EPOCHREALTIME" 1<> rc.tmp
    mv -T rc.tmp rc
    rm -f body.sh
  fi
  exec 9>&-
  stop_members "$grace" "$hold"
  tries=0
  while [ ! -s rc ] && running && [ "$tries" -lt 100 ]; do
    sleep 0.05
    tries=$((tries + 1))
  done
  if [ ! -s rc ] && running; then
    read -r _ _ wrapper _ < start && kill -s KILL "$wrapper"
  fi
  if ! running; then rm -f body.sh; fi
else
  cd "$root" 2>/dev/null || cd /
  running() { return 1; }
  stop_members "$grace" 0
fi
read -r line < <(facts)
left=$(members | wc -l)
say "cancelled left=$left $line"
`

/**
 * Removes the directories of ended runs. Arguments: how many of the newest stay, and the age in
 * days after which the others go. Output: how many went.
 */
export const PRUNE_PROGRAM = `${HEADER}
keep=$1 days=$2
cd "$root" 2>/dev/null || { say 'pruned count=0'; exit 0; }
count=0 seen=0
shopt -s nullglob
directories=([0-7]?????????????????????????)
for ((index = \${#directories[@]} - 1; index >= 0; index--)); do
  directory=\${directories[index]}
  [ -d "$directory" ] && [ ! -L "$directory" ] || continue
  seen=$((seen + 1))
  if [ "$seen" -le "$keep" ] &&
    [ -z "$(find "$directory" -maxdepth 0 -mtime "+$days" 2>/dev/null)" ]; then continue; fi
  [ -s "$directory/rc" ] || [ -s "$directory/start" ] || continue
  flock -n -s "$directory/lock" true || continue
  rm -rf -- "\${directory:?}" && count=$((count + 1))
done
find . -maxdepth 1 -name '.new.*' -mmin +60 -exec rm -rf -- {} +
say "pruned count=$count"
`
