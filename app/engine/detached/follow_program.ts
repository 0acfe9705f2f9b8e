import { FACTS, HEADER, OPEN_PAUSE } from '#engine/detached/program_parts'
import { LAUNCH_FUNCTIONS } from '#engine/detached/launch_functions'
import { RUN_SCRIPT } from '#engine/detached/run_script'
import { quote } from '#engine/shell/quote'

/**
 * Starts the run unless it was started, attaches to it and sends its log to stdout until it has
 * ended; what it has to say about it goes to stderr.
 *
 * Arguments: id, fence, sha256 of the body (`-` for none), its length in bytes, offset, deadline,
 * cap, grace, launcher. Input: the body and, as proof that it came whole, a line with its sha256.
 *
 * Each process that a short run costs its server is multiplied by hundreds of servers: where bash
 * itself can do a thing, nothing is started for it.
 */
export const FOLLOW_PROGRAM = `${HEADER}${FACTS}${OPEN_PAUSE}
id=$1 fence=$2 sha=$3 length=$4 offset=$5 deadline=$6 cap=$7 grace=$8 launcher=$9
directory=$root/$id
refuse() { say "refused reason=$1"; exit 0; }

write_script() { printf '%s' ${quote(RUN_SCRIPT)} > "$1"; }
${LAUNCH_FUNCTIONS}
create() {
  local new=$root/.new.$id.$$ body='' proof='' group=''
  IFS= read -r -N "$length" body
  read -r proof
  [ "$proof" = "$sha" ] && [ "\${#body}" = "$length" ] || refuse body
  # Its control group takes no process of its own where the launcher is there already.
  [ "$launcher" = setsid ] || [ ! -p "$pipe" ] || read -r group < "\${pipe%/*}/group"
  mkdir "$new" \${group:+"$group/$id"} 2>/dev/null || mkdir -p "$new" || return 1
  printf '%s' "$body" > "$new/body.sh" && write_script "$new/run.sh" &&
    : > "$new/lock" && : > "$new/log" &&
    printf '%s\\n' "$sha" > "$new/sha" && printf '%-20s\\n' "$fence" > "$new/fence" &&
    printf '%-63s\\n' '' > "$new/rc.tmp" || { rm -rf "$new"; return 1; }
  # Another caller may have been first: then its directory stays and this one goes.
  mv -T "$new" "$directory" 2>/dev/null || rm -rf "$new"
  [ -d "$directory" ]
}

# Waits a moment, each time half as long again: looking costs more than a run that sleeps.
pause() {
  local seconds
  printf -v seconds '0.%06d' "$moment"
  moment=$((moment < 200000 ? moment + moment / 2 : moment))
  read -r -t "$seconds" -u 7
  return 0
}

# Sends what the log has grown by; fails when that is more than a little, or not text.
show() {
  local text
  IFS= read -r -d '' -n 65536 text <&4 && return 1
  [ -z "$text" ] || moment=4000
  printf '%s' "$text"
  offset=$((offset + \${#text}))
}

if [ ! -d "$directory" ]; then
  [ "$sha" != - ] || refuse missing
  create || refuse start_failed
fi
if [ "$sha" != - ]; then
  read -r stored < "$directory/sha"
  [ "$stored" = "$sha" ] || refuse different
fi
read -r stored < "$directory/fence"
if [ "$fence" != "$stored" ]; then
  exec 8<> "$directory/fence"
  flock 8
  read -r stored <&8
  [ "$fence" -ge "\${stored:-0}" ] || refuse fence
  [ "$fence" = "$stored" ] || printf '%-20s\\n' "$fence" 1<> "$directory/fence"
  exec 8>&-
fi

launched=no
if [ ! -s "$directory/start" ] && [ ! -s "$directory/rc" ]; then
  launched=yes
  [ ! -e "$directory/refused" ] || rm -f "$directory/refused"
  open_pause
  moment=4000 tries=0
  launch
  until [ -s "$directory/start" ] || [ -s "$directory/rc" ]; do
    [ "$tries" -lt 50 ] || { given_up && refuse start_failed; tries=1; }
    pause
    tries=$((tries + 1))
    asked || launch
  done
  exec 8>&-
fi
say "attached launched=$launched launcher=$launcher"

# Most runs are short: this shell sees them through itself, with no process beside it.
if [ "$launched" = yes ] && [ "$offset" = 0 ]; then
  exec 4< "$directory/log"
  ended=no moment=4000 tries=0
  while show; do
    if [ "$ended" = yes ]; then
      told=$offset
      break
    fi
    [ "$tries" -lt 25 ] || break
    tries=$((tries + 1))
    [ -s "$directory/rc" ] || pause
    # Nothing is written to the log behind it: what is read after this is all.
    [ ! -s "$directory/rc" ] || ended=yes
  done
  exec 4<&- 7>&-
fi

if [ -z "$told" ]; then
  # The waiter gets the shared lock when the run lets go of its own, and tail ends with the waiter.
  exec 5< "$directory/lock"
  flock -s 5 </dev/null >/dev/null 2>&1 &
  waiter=$!
  trap 'kill "$waiter" 2>/dev/null' EXIT
  tail -c "+$((offset + 1))" -s 0.05 --pid="$waiter" -f "$directory/log" </dev/null 5>&-
fi

facts
case $line in
  state=running*) ;;
  *) [ ! -s "$directory/body.sh" ] || rm -f "$directory/body.sh" ;;
esac
say "end $line"
`
