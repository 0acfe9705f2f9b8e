import { type Command, sh } from '#engine/shell/command'

/** Most processes that one Procfile may name. */
const MOST = 20

const EMPTY = '^[[:space:]]*(#.*)?$'
const LINE = '^([a-z][a-z0-9_-]{0,23}):[[:blank:]]+(.*[^[:blank:]])[[:blank:]]*$'

/**
 * A function for bash: `read_procfile` reads a Procfile from its standard input and calls
 * `take_process NAME COMMAND` for each line. A line is `name: command`; empty lines and those that
 * begin with `#` say nothing. Whatever else is refused with its number: nothing is guessed.
 * `release`, which other tools run before the switch, is named and left out.
 */
export function procfileFunction(): Command {
  return sh`read_procfile() {
  local LC_ALL=C line number=0 seen=' ' count=0
  local empty=${EMPTY} form=${LINE}
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    if [ "\${#line}" -gt 4000 ]; then refuse_procfile 'is longer than 4000 characters'; fi
    if [[ $line =~ [[:cntrl:]] ]] && [[ \${line//[[:blank:]]/} =~ [[:cntrl:]] ]]; then
      refuse_procfile 'has a control character in it, such as the CR of a line that ends as on Windows'
    fi
    if [[ $line =~ $empty ]]; then continue; fi
    if [[ ! $line =~ $form ]]; then
      refuse_procfile 'is not "name: command" with a name of up to 24 lower-case letters, digits, _ and -'
    fi
    if [[ $seen == *" \${BASH_REMATCH[1]} "* ]]; then refuse_procfile 'names a process again'; fi
    seen="$seen\${BASH_REMATCH[1]} "
    count=$((count + 1))
    if [ "$count" -gt ${MOST} ]; then refuse_procfile 'is one process too many'; fi
    if [ "\${BASH_REMATCH[1]}" = release ]; then
      printf 'The process release is not run: its command belongs to the hook before the switch.\\n'
      continue
    fi
    take_process "\${BASH_REMATCH[1]}" "\${BASH_REMATCH[2]}"
  done
}
refuse_procfile() {
  printf 'Line %s of the Procfile %s.\\n' "$number" "$1"
  exit 78
}`
}
