/**
 * Bash functions that find and end everything that belongs to a run. They work in the run's
 * directory and need `$id`; the wrapper uses them at the deadline, the cancel program on demand.
 *
 * A process belongs to a run when it carries `MUSTER_RUN=<id>` in its environment, when it is in
 * the session of the body, or when it is in the control group of the body. The session number holds
 * only while the wrapper lives; its lock says so, because a number in a file may belong to a stranger
 * by now.
 *
 * The order is: TERM to all, a grace; KILL to all but the body, so that it can undo what it
 * did; KILL to all. While the file `hold` is there the body is at something that must not be
 * cut in two, and nothing is signalled (for at most `$hold_limit` seconds).
 */
export const STOP_FUNCTIONS = `
shopt -s globstar
running() { ! flock -n -s lock true; }

stat_of() {
  local stat
  IFS= read -r -d '' stat 2>/dev/null < "/proc/$1/stat"
  [ -n "\${stat:-}" ] || return 1
  read -r state parent group session _ <<< "\${stat##*) }"
}

members() {
  local body=0 path pid state parent group session
  local -A found=()
  if running && [ -s body ]; then read -r body < body; fi
  while IFS= read -r path; do
    pid=\${path#/proc/}
    found[\${pid%/environ}]=1
  done < <(LC_ALL=C grep -lszxF -e "MUSTER_RUN=$id" /proc/[0-9]*/environ)
  if [ -s group ] && read -r group < group; then
    for path in "$group"/**/cgroup.procs; do
      [ -r "$path" ] || continue
      while read -r pid; do [ "$pid" = 0 ] || found[$pid]=1; done < "$path"
    done
  fi
  if [ "$body" != 0 ]; then
    for path in /proc/[0-9]*/stat; do
      pid=\${path#/proc/}
      pid=\${pid%/stat}
      stat_of "$pid" && [ "$session" = "$body" ] && found[$pid]=1
    done
  fi
  for pid in "\${!found[@]}"; do
    stat_of "$pid" && [ "$state" != Z ] && [ "$state" != X ] && printf '%s\\n' "$pid"
  done
  return 0
}

signal_members() {
  local pid
  for pid in $(members); do
    [ "$pid" = "\${2:-}" ] || kill -s "$1" "$pid" 2>/dev/null
  done
  return 0
}

held() { [ -e hold ] && [ "$SECONDS" -lt "$hold_end" ] && running; }

wait_for_members() {
  local end=$((SECONDS + $1))
  while [ -n "$(members)" ]; do
    held || [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}

stop_members() {
  local grace=$1 hold_limit=\${2:-300} body= attempt
  local hold_end=$((SECONDS + hold_limit))
  while held; do sleep 0.1; done
  [ -s body ] && read -r body < body
  signal_members TERM
  wait_for_members "$grace" && return 0
  signal_members KILL "$body"
  wait_for_members 2 && return 0
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    signal_members KILL
    wait_for_members 1 && return 0
  done
  return 1
}
`
