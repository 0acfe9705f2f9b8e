import { createHash } from 'node:crypto'
import { RUNS_DIRECTORY } from '#engine/detached/run_id'

/** Seconds without a run after which the launcher of a server ends itself. */
const IDLE_SECONDS = 600

/** Seconds between two looks at what runs that have ended left behind. */
const SWEEP_SECONDS = 5

/** Seconds that what a killed wrapper has left gets to undo what it did. */
const UNDO_SECONDS = 60

/**
 * `launcher.sh`, the main process of the unit `LAUNCHER_UNIT`: the parent of all runs of a server where systemd
 * is process 1. What it starts has the clean environment of a service (systemd.exec(5)) and nothing of
 * the login that asked for it. The unit's control group is delegated to it (systemd.resource-control(5),
 * `Delegate=`): the body of each run has one of its own in there, which only its wrapper puts it in, so that
 * whatever the body does, what belongs to it is known.
 *
 * Argument: the pipe on which it is asked. A line of it is `id deadline cap grace .`, as `run.sh` takes them.
 * Asking twice does no harm: a run begins once. Beside the pipe, `group` tells the unit's control group.
 */
export const LAUNCHER_SCRIPT = `#!/usr/bin/env bash
# A process group for each run, so that its wrapper can end its own helpers.
set -um
shopt -s globstar
umask 077
cd / || exit 74
unset RUNTIME_DIRECTORY JOURNAL_STREAM
root=${RUNS_DIRECTORY} pipe=$1
idle=${IDLE_SECONDS} rest=${SWEEP_SECONDS} undo=${UNDO_SECONDS} ending=

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
# Bash goes on reading after a trap: it is given something to read.
trap 'ending=1; echo >&3' TERM INT HUP

# The last run.sh, whose functions have names of their own: a shell is forked for each run rather than begun, with the text that the run brought.
known=
declare -A wrappers=() limits=() holds=() leftovers=()

start() {
  [ "$#" = 5 ] && [ -r "$root/$1/run.sh" ] || return 0
  local id=$1 deadline=$2 cap=$3 grace=$4 text=
  [ -z "\${wrappers[$id]:-}" ] || ! kill -s 0 "\${wrappers[$id]}" 2>/dev/null || return 0
  IFS= read -r -d '' text < "$root/$id/run.sh"
  if [ "$text" != "$known" ]; then
    [[ $text = *$'\\nrun() {\\n'* ]] || return 0
    . "$root/$id/run.sh"
    known=$text
  fi
  printf 'Run %s begins.\\n' "$id"
  run "$id" "$deadline" "$cap" "$grace" "$group/$id" 3>&- &
  wrappers[$id]=$!
  unset "leftovers[$id]" "holds[$id]"
  limits[$id]=
  [ "$deadline" = 0 ] || limits[$id]=$((SECONDS + \${deadline%.*} + grace + 600))
}

# Again and again, for what begins others meanwhile.
signal_body() {
  local pid pass any
  for pass in 1 2 3 4 5 6 7 8 9 10; do
    any=
    while read -r pid; do
      [ "$pid" = 0 ] || { any=1; kill -s "$1" "$pid"; }
    done < <(cat "$group/$2"/**/cgroup.procs)
    [ -n "$any" ] && [ "$1" = KILL ] || break
  done
} 2>/dev/null

# Ends the helpers of a wrapper that was killed: they are in its process group, and deaf to TERM.
end_helpers() {
  local pid stat leads
  for pid in "\${!alive[@]}"; do
    stat= leads=
    IFS= read -r -d '' stat < "/proc/$pid/stat"
    read -r _ _ leads _ <<< "\${stat##*) }"
    [ "$leads" != "$1" ] || kill -s KILL "$pid"
  done
} 2>/dev/null

# What is at something that must not be cut in two is waited for, as stop_members does.
is_critical() {
  [ -e "$root/$1/hold" ] && [ ! -s "$root/$1/rc" ] || return 1
  [ -n "\${holds[$1]:-}" ] || holds[$1]=$((SECONDS + 300))
  [ "$SECONDS" -lt "\${holds[$1]}" ]
}

# What wrappers that are gone have left is ended, and the empty groups go.
sweep() {
  local id
  local -A alive=()
  local -a gone=()
  jobs > /dev/null
  while read -r id; do alive[$id]=1; done < "$group/cgroup.procs"
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
      unset "wrappers[$id]" "limits[$id]" "holds[$id]" "leftovers[$id]"
    elif is_critical "$id"; then
      continue
    elif [ -z "\${leftovers[$id]:-}" ]; then
      leftovers[$id]=$((SECONDS + undo))
      [ ! -s "$root/$id/rc" ] || leftovers[$id]=$((SECONDS + 10))
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
    [ -z "$ending" ] || break
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

/**
 * The unit of the launcher. A server that has always something to do keeps its launcher, so that another one, as a later
 * version of Muster brings it, is a unit beside it.
 */
export const LAUNCHER_UNIT = `muster-runs-${createHash('sha256').update(LAUNCHER_SCRIPT).digest('hex').slice(0, 8)}`

/** On it the launcher is asked; there only while it lives. */
export const LAUNCHER_PIPE = `/run/${LAUNCHER_UNIT}/launch`
