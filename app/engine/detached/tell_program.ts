import { FACTS, HEADER } from '#engine/detached/program_parts'

/**
 * Writes down, once, what a run that waits is told. Arguments: id, fence, barrier, word (`-` to
 * ask only), reason.
 */
export const TELL_PROGRAM = `${HEADER}${FACTS}
id=$1 fence=$2 barrier=$3 word=$4 reason=$5
directory=$root/$id
[ -d "$directory" ] || { say 'told missing'; exit 0; }
read -r stored < "$directory/fence"
[ "$fence" -ge "\${stored:-0}" ] || { say 'told refused'; exit 0; }
file=$directory/told.$barrier
if [ "$word" != - ] && [ ! -e "$file" ]; then
  printf '%s %s\\n' "$word" "$reason" > "$directory/.told.$$" || exit 1
  # A link is made by one of several at once, and never over what is there.
  ln "$directory/.told.$$" "$file" 2>/dev/null
  rm -f "$directory/.told.$$"
fi
waits=no said=-
facts
if [ -e "$directory/waits.$barrier" ]; then
  case $line in (state=running*) waits=yes ;; esac
fi
if [ -e "$file" ]; then read -r said _ < "$file"; fi
say "told waits=$waits word=$said"
`
