import { RUNS_DIRECTORY } from '#engine/detached/run_id'

/** What every program of this folder begins with. */
export const HEADER = `
set -u
umask 077
# Bytes are counted and kept as they are.
export LC_ALL=C
root=${RUNS_DIRECTORY}
say() { printf 'muster-run: %s\\n' "$*" >&2; }
`

/**
 * A bash function that opens descriptor 7 on a pipe that nobody writes to: `read -t` waits on it
 * without a process. A small here-string is a pipe since bash 5.1; before, it takes a fork.
 */
export const OPEN_PAUSE = `
open_pause() {
  if { exec 7<<< ''; } 2>/dev/null && [ -p /proc/self/fd/7 ]; then
    read -r -u 7
    exec 7<> /proc/self/fd/7
  else
    exec 7<> <(:)
  fi
}
`

/** Bash functions that tell what is known of the run in `$directory`. */
export const FACTS = `
# What is known of the log's size already, in bytes.
told=
alive() { ! flock -n -s "$directory/lock" true; }

# Puts one line of facts about the run in $directory in \`line\`. \`rc\` is written last, so that it decides.
facts() {
  local code=- started=- ended=- boot='' now='' size=0 state flag flags=''
  line=state=missing
  [ -d "$directory" ] || return 0
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
  size=$told
  [ -n "$size" ] || size=$(stat -c %s "$directory/log" 2>/dev/null)
  printf -v line 'state=%s code=%s size=%s started=%s ended=%s flags=%s' \\
    "$state" "$code" "\${size:-0}" "$started" "$ended" "\${flags#,}"
}
`
