import { OPEN_PAUSE } from '#engine/detached/program_parts'
import { RUNS_DIRECTORY } from '#engine/detached/run_id'
import { STOP_FUNCTIONS } from '#engine/detached/stop_functions'

/**
 * `run.sh`, the wrapper around a run's `body.sh` on the server. It runs the body once and in a
 * session or a control group of its own, keeps the kernel lock that says that the run lives (the body gets no copy
 * of it), caps the log, ends the body at the deadline and writes `rc` last of all.
 *
 * Sourced, as the launcher does, it only defines the function `run`, which ends the shell it is called in.
 *
 * Arguments: id, deadline in seconds (0 for none), cap of the log in bytes, grace in seconds, and the
 * control group that the body is put in, where there is one.
 * Files it writes: `start` (boot id, start ticks, pid, time), `body` (pid), `group`, `log`, `reserve`, `truncated`,
 * `timed_out`, `interrupted` (somebody else, such as a shutdown, ended it) and `rc` (code, time).
 */
export const RUN_SCRIPT = `#!/usr/bin/env bash
set -u
umask 077
${STOP_FUNCTIONS}${OPEN_PAUSE}
finish() {
  # The file exists with room for this, so that a full disk cannot keep the end from being told.
  printf '%-63s\\n' "$1 $EPOCHREALTIME" 1<> rc.tmp
  exec ln rc.tmp rc
}

pause() { read -r -t "$1" -u 7; return 0; }

run() {
  local id=$1 deadline=$2 cap=$3 grace=$4 group=\${5:-}
  local boot stat ticks capper script session body watchdog code tries pid
  cd "${RUNS_DIRECTORY}/$id" || exit 74
  exec 9>>lock
  flock -w 30 9 || exit 75
  [ ! -e start ] && [ ! -e rc ] && [ ! -e refused ] || exit 76
  exec </dev/null >/dev/null 2>&1
  export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  export LC_ALL=C HOME=/root USER=root LOGNAME=root SHELL=/bin/bash
  [ -z "$group" ] || [ -d "$group" ] || mkdir "$group"
  open_pause
  read -r boot < /proc/sys/kernel/random/boot_id
  IFS= read -r -d '' stat < "/proc/$BASHPID/stat"
  read -r -a ticks <<< "\${stat##*) }"
  # One write to a new file: readers see nothing or all of it.
  printf '%s %s %s %s\\n' "$boot" "\${ticks[19]}" "$BASHPID" "$EPOCHREALTIME" > start || exit 74
  if [ -e cancel ]; then
    finish 143
    exit
  fi

  # A signal, as a shutdown sends it to all, is for the body; this stays to tell how that ended. It is
  # ignored rather than trapped: bash can lose the end of a child that comes while a trap is due.
  trap '' TERM INT HUP

  # On a disk that is full this is the room for the last words.
  printf '%65536s' '' > reserve
  exec 6> >(
    exec 7>&- 9>&-
    if ! stdbuf -o0 head -c "$cap" >> log; then
      : > reserve
      printf '\\n' >> log
      stdbuf -o0 head -c 32768 >> log
    fi
    if IFS= LC_ALL=C read -r -n 1 -d '' _; then
      : > truncated
      printf '\\n\\033[33m[The log is full: what follows is not kept.]\\033[0m\\n' >> log
      # Announcements of progress still pass. An endless line may not take grep's memory with it.
      (
        ulimit -v 262144
        LC_ALL=C exec grep -a -o --line-buffered "$(printf '\\036').*"
      ) | stdbuf -o0 head -c 262144 >> log
      cat > /dev/null
    fi
  )
  capper=$!

  script=$PWD/body.sh
  # Without a control group it is by their session that the body's processes are found.
  session=setsid
  [ -z "$group" ] || { session=; printf '%s\\n' "$group" > group; set -m; }
  (
    trap - TERM INT HUP
    if [ -n "$group" ] && ! printf 0 > "$group/cgroup.procs"; then
      printf 'This run could not enter its control group, %s.\\n' "$group" >&6
      exit 125
    fi
    cd "$HOME" 2>/dev/null || cd /
    unset OLDPWD
    MUSTER_RUN=$id LC_ALL=C.UTF-8 exec $session bash "$script" >&6 2>&6 6>&- 7>&- 9>&-
  ) &
  body=$!
  set +m
  printf '%s\\n' "$body" > body
  exec 6>&-

  watchdog=
  if [ "$deadline" != 0 ]; then
    (
      exec 9>&-
      pause "$deadline"
      : > timed_out
      stop_members "$grace"
    ) &
    watchdog=$!
  fi

  wait "$body"
  code=$?
  case $code in
    129 | 130 | 143) [ -e cancel ] || [ -e timed_out ] || : > interrupted ;;
  esac

  # Past the deadline the watchdog still has the rest of the tree to end.
  if [ -n "$watchdog" ]; then
    [ -e timed_out ] || kill -s KILL "$watchdog"
    wait "$watchdog"
  fi

  # What the body has left behind may hold the log open; it is given a moment, not the run.
  tries=0
  while kill -0 "$capper" 2>/dev/null && [ "$tries" -lt 110 ]; do
    if [ "$tries" -lt 10 ]; then pause 0.004; else pause 0.02; fi
    tries=$((tries + 1))
  done
  # Nor may it stay behind: what does not heed this, the launcher ends.
  if [ -n "$group" ]; then
    while read -r pid; do kill -s TERM "$pid"; done < "$group/cgroup.procs"
  fi
  # What is left of this script's own helpers is in its process group; itself it spares.
  trap '' USR1
  [ "\${ticks[2]}" != "$BASHPID" ] || kill -s USR1 0

  # Its secrets go; what is empty may stay.
  : > body.sh
  : > reserve
  finish "$code"
}

[ "\${BASH_SOURCE[0]}" != "$0" ] || run "$@"
`
