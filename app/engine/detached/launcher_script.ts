import { RUNS_DIRECTORY } from '#engine/detached/run_id'

/** Where the launcher of a server takes what it is to start; there only while it lives. */
export const LAUNCH_PIPE = '/run/muster-runs/launch'

/** Seconds without a run after which the launcher of a server ends itself. */
const IDLE_SECONDS = 600

/** Seconds between two looks at what runs that have ended left behind, and what it gets to end by itself. */
const SWEEP_SECONDS = 5
const LEFTOVER_SECONDS = 10

/**
 * `launcher.sh`, the main process of the unit `muster-runs`: the parent of all runs of a server where systemd
 * is process 1. What it starts has the clean environment of a service (systemd.exec(5)) and nothing of
 * the login that asked for it. The unit's control group is delegated to it (systemd.resource-control(5),
 * `Delegate=`): the body of each run has one of its own in there, which only its wrapper puts it in, so that
 * whatever the body does, what belongs to it is known.
 *
 * A line on the pipe is `id deadline cap grace .`, as `run.sh` takes them. Asking twice does no harm: \`run.sh\` begins once.
 */
export const LAUNCHER_SCRIPT = `#!/usr/bin/env bash
# A process group for each run, so that its wrapper can end its own helpers.
set -um
shopt -s globstar
umask 077
cd / || exit 74
unset RUNTIME_DIRECTORY JOURNAL_STREAM
root=${RUNS_DIRECTORY} pipe=${LAUNCH_PIPE}
idle=${IDLE_SECONDS} rest=${SWEEP_SECONDS} ending=
trap 'ending=1' TERM INT HUP

# Where version 2 of control groups is, it is the one that systemd goes by (cgroups(7)).
group=
while IFS=: read -r number controllers path; do
  for candidate in /sys/fs/cgroup{/unified,}"$path"; do
    [ "$number" = 0 ] && [ -w "$candidate/cgroup.procs" ] && group=$candidate && break 2
  done
  [ "$controllers" = name=systemd ] && group=/sys/fs/cgroup/systemd$path
done < /proc/self/cgroup
[ -w "$group/cgroup.procs" ] || { echo "The control group $group cannot be written to." >&2; exit 77; }

[ ! -e "$pipe" ] || rm -f "$pipe"
printf '%s\\n' "$group" > "\${pipe%/*}/group" && mkfifo "$pipe" || exit 73
exec 3<> "$pipe"

# The last run.sh: a shell is forked for each run rather than begun, with the text that the run brought.
known=
declare -A wrappers=() limits=() leftovers=()

start() {
  local id=$1 deadline=$2 cap=$3 grace=$4 text
  [ -d "$group/$id" ] || mkdir "$group/$id"
  printf 'Run %s begins.\\n' "$id"
  IFS= read -r -d '' text < "$root/$id/run.sh"
  [ "$text" = "$known" ] || . "$root/$id/run.sh"
  known=$text
  run "$id" "$deadline" "$cap" "$grace" "$group/$id" 3>&- &
  # Asked twice, the second wrapper gives way to the first.
  [ -n "\${wrappers[$id]:-}" ] || wrappers[$id]=$!
  limits[$id]=
  [ "$deadline" = 0 ] || limits[$id]=$((SECONDS + \${deadline%.*} + grace + 600))
}

signal_body() {
  local pid
  while read -r pid; do kill -s "$1" "$pid"; done < <(cat "$group/$2"/**/cgroup.procs)
} 2>/dev/null

# Ends the helpers of a wrapper that was killed: they are in its process group, and deaf to TERM.
end_helpers() {
  local pid stat leads
  for pid in "\${!alive[@]}"; do
    IFS= read -r -d '' stat < "/proc/$pid/stat"
    read -r _ _ leads _ <<< "\${stat##*) }"
    [ "$leads" != "$1" ] || kill -s KILL "$pid"
  done
} 2>/dev/null

# What wrappers that are gone have left is ended, and the empty groups go.
sweep() {
  local id pid
  local -A alive=()
  local -a gone=()
  while read -r pid; do alive[$pid]=1; done < "$group/cgroup.procs"
  for id in "\${!wrappers[@]}"; do
    if [ -z "\${alive[\${wrappers[$id]}]:-}" ]; then
      gone+=("$group/$id")
      [ -s "$root/$id/rc" ] || end_helpers "\${wrappers[$id]}"
    elif [ -n "\${limits[$id]}" ] && [ "$SECONDS" -gt "\${limits[$id]}" ]; then
      signal_body KILL "$id"
    fi
  done
  [ "\${#gone[@]}" != 0 ] || return 0
  rmdir "\${gone[@]}" 2>/dev/null
  for id in "\${gone[@]##*/}"; do
    if [ ! -d "$group/$id" ]; then
      unset "wrappers[$id]" "limits[$id]" "leftovers[$id]"
    elif [ -z "\${leftovers[$id]:-}" ]; then
      leftovers[$id]=$((SECONDS + ${LEFTOVER_SECONDS}))
      signal_body TERM "$id"
    else
      [ "$SECONDS" -lt "\${leftovers[$id]}" ] || signal_body KILL "$id"
      find "$group/$id" -depth -type d -delete 2>/dev/null
    fi
  done
}

serve() {
  local due=0 line= part seconds
  while [ -z "$ending" ]; do
    seconds=$idle part=
    [ "\${#wrappers[@]}" = 0 ] || seconds=$rest
    # The time may be over in the middle of a line, or when all but its end was taken: that is kept.
    IFS= read -r -t "$seconds" -u 3 part
    line=$line$part
    if [[ $line = *' .' ]]; then
      start $line
      line=
    elif [ "\${#wrappers[@]}$line" = 0 ]; then
      break
    fi
    [ "$SECONDS" -lt "$due" ] || { sweep; due=$((SECONDS + rest)); }
  done

  # Who asks from now on finds no pipe and begins a launcher anew.
  rm -f "$pipe"
  until wait; do :; done
}

serve
exit
`
