import { RUNS_DIRECTORY } from '#engine/detached/run_id'

/** What every program of this folder begins with. */
export const HEADER = `
set -u
umask 077
export LC_ALL=C.UTF-8
root=${RUNS_DIRECTORY}
say() { printf 'muster-run: %s\\n' "$*" >&2; }
`

/** Bash functions that tell what is known of the run in `$directory`. */
export const FACTS = `
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
  size=$(stat -c %s "$directory/log" 2>/dev/null)
  printf -v line 'state=%s code=%s size=%s started=%s ended=%s flags=%s' \\
    "$state" "$code" "\${size:-0}" "$started" "$ended" "\${flags#,}"
}
`
