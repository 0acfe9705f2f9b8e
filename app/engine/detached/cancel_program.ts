import { FACTS, HEADER } from '#engine/detached/program_parts'
import { STOP_FUNCTIONS } from '#engine/detached/stop_functions'

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
facts
left=$(members | wc -l)
say "cancelled left=$left $line"
`
