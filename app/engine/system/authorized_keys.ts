import { script, sequence, sh, type Command } from '#engine/shell/command'
import { assertForm, isUnixUser } from '#engine/system/grammar'

/** A line for `~/.ssh/authorized_keys`, in its parts. */
export interface KeyLine {
  type: string
  /** In SSH wire format, base64. */
  key: string
  comment: string
}

/** What the commands below exit with when they cannot do their work. */
export const keyFileFailures = {
  noUser: 80,
  elsewhere: 81,
  noHome: 82,
  link: 83,
  notWritable: 84,
  foreign: 85,
  busy: 86,
  notText: 87,
  noRoom: 88,
} as const

/** More than this is not read, in bytes. */
const MOST_BYTES = 1024 * 1024

/**
 * Learns where a user's keys are, into `muster_user`, `muster_uid`, `muster_gid` and `muster_home`,
 * and makes sure that it is where sshd reads them, as far as sshd says so.
 */
export function findKeyFile(user: string): Command {
  return sequence(
    account(user),
    sh`muster_sshd=$(command -v sshd || printf /usr/sbin/sshd)
muster_places=$("$muster_sshd" -T -C user=${user},host=localhost,addr=127.0.0.1 2>/dev/null | sed -n 's/^authorizedkeysfile //p') || muster_places=''
muster_places=\${muster_places//%h/"$muster_home"}
muster_places=\${muster_places//%u/"$muster_user"}
case " $muster_places " in
  '  ' | *' .ssh/authorized_keys '* | *" $muster_home/.ssh/authorized_keys "*) ;;
  *)
    printf 'sshd reads the keys of %s from here: %s\\n' "$muster_user" "$muster_places"
    exit ${keyFileFailures.elsewhere}
    ;;
esac`
  )
}

/**
 * Adds a key to the file that `findKeyFile` found, unless it is there. The options of another line
 * are taken over with `like`, the key of that line. Every other byte of the file stays.
 */
export function addKey(line: KeyLine, options: { like?: string } = {}): Command {
  return asAccount(sh`add ${[line.type, line.key, line.comment, options.like ?? '']}`)
}

/** Removes every line with this key from the file that `findKeyFile` found, and nothing else. */
export function removeKey(key: string): Command {
  return asAccount(sh`remove '' ${key} '' ''`)
}

/**
 * Prints what sshd would read as a user's keys: a line `keys`, then the file, cut after 256 KiB; or
 * a line that says why there is nothing: `none`, `link`, `foreign`, `no-user`.
 */
export function printKeys(user: string): Command {
  return sequence(
    sh`getent passwd ${user} >/dev/null || { printf 'no-user\\n'; exit 0; }`,
    account(user),
    asAccount(sh`print '' '' '' ''`)
  )
}

function account(user: string): Command {
  assertForm(isUnixUser, user, 'The Unix user')
  return sh`muster_user=${user}
muster_entry=$(getent passwd ${user}) || {
  printf 'There is no user %s on this server.\\n' ${user}
  exit ${keyFileFailures.noUser}
}
muster_uid=$(printf '%s' "$muster_entry" | cut -d : -f 3)
muster_gid=$(printf '%s' "$muster_entry" | cut -d : -f 4)
muster_home=$(printf '%s' "$muster_entry" | cut -d : -f 6)`
}

/**
 * Runs the editor as the user whose file it is, and never as root in a directory of theirs: what
 * they put in its way can then lead to nothing that is not theirs already.
 */
function asAccount(words: Command): Command {
  const editor = sh`env -i HOME="$muster_home" PATH=/usr/local/bin:/usr/bin:/bin LC_ALL=C MUSTER_RUN="\${MUSTER_RUN:-}" /bin/sh -c ${script(EDITOR)} muster-keys ${words}`
  return sh`if [ "$muster_uid" = "$(id -u)" ]; then
  ${editor}
else
  setpriv --reuid "$muster_uid" --regid "$muster_gid" --init-groups --no-new-privs ${editor}
fi`
}

/**
 * Prints number and options of each line that has the key `$1`, as sshd reads lines: options end at
 * a space outside of quotes (sshd(8), AUTHORIZED_KEYS FILE FORMAT).
 */
const FIND = sh`KEY=$1 awk '
function key_of(line,   i, c, quoted, parts) {
  sub(/^[ \\t]+/, "", line)
  sub(/\\r$/, "", line)
  options = ""
  if (line == "" || line ~ /^#/) return ""
  if (line !~ /^(ssh|ecdsa|sk)-[^ \\t,="]*[ \\t]/) {
    quoted = 0
    for (i = 1; i <= length(line); i++) {
      c = substr(line, i, 1)
      if (c == "\\\\" && substr(line, i + 1, 1) == "\\"") i++
      else if (c == "\\"") quoted = !quoted
      else if (!quoted && (c == " " || c == "\\t")) break
    }
    options = substr(line, 1, i - 1)
    line = substr(line, i)
    sub(/^[ \\t]+/, "", line)
  }
  split(line, parts, /[ \\t]+/)
  return parts[2]
}
key_of($0) == ENVIRON["KEY"] { print NR "\\t" options }
'`

/**
 * Does one thing to `~/.ssh/authorized_keys`: `add type key comment like`, `remove - key - -` or
 * `print`. The file is replaced whole or not at all; two editors at once wait for each other, and
 * what anybody else wrote meanwhile is not lost.
 */
const EDITOR = sh`umask 077
fail() { printf '%s\\n' "$2"; exit "$1"; }
find_key() { ${FIND}; }
directory=$HOME/.ssh
file=$directory/authorized_keys

if [ "$1" = print ]; then
  if [ -L "$directory" ] || [ -L "$file" ]; then printf 'link\\n'
  elif [ ! -e "$file" ]; then printf 'none\\n'
  elif [ ! -f "$file" ] || [ ! -r "$file" ]; then printf 'foreign\\n'
  else printf 'keys\\n'; head -c 262144 < "$file"
  fi
  exit 0
fi

[ -d "$HOME" ] || fail ${keyFileFailures.noHome} "The home directory $HOME is not there."
[ ! -L "$directory" ] || fail ${keyFileFailures.link} "$directory is a symbolic link."
if [ ! -e "$directory" ]; then
  [ "$1" = add ] || { printf 'The key is not there.\\n'; exit 0; }
  # Another one may have made it in this moment.
  mkdir -m 700 "$directory" 2>/dev/null || [ -d "$directory" ] || fail ${keyFileFailures.notWritable} "$directory cannot be made."
fi
[ -d "$directory" ] && [ -O "$directory" ] || fail ${keyFileFailures.foreign} "$directory is not a directory of this user."

exec 9< "$directory" || fail ${keyFileFailures.foreign} "$directory cannot be read."
flock -w 30 9 || fail ${keyFileFailures.busy} 'Something else holds the keys of this user.'
fresh='' old=''
trap 'rm -f "$fresh" "$old"' EXIT
trap 'exit 143' TERM INT HUP

attempt=0
while :; do
  attempt=$((attempt + 1))
  [ "$attempt" -le 5 ] || fail ${keyFileFailures.busy} "$file changes all the time."
  rm -f "$fresh" "$old"
  [ ! -L "$file" ] || fail ${keyFileFailures.link} "$file is a symbolic link."
  was=absent
  if [ -e "$file" ]; then
    was=there
    [ -f "$file" ] && [ -O "$file" ] && [ -r "$file" ] || fail ${keyFileFailures.foreign} "$file is not a file of this user."
    [ "$(wc -c < "$file")" -le ${MOST_BYTES} ] || fail ${keyFileFailures.notText} "$file is larger than 1 MiB."
  elif [ "$1" = remove ]; then
    printf 'The key is not there.\\n'
    exit 0
  fi
  old=$(mktemp "$directory/.authorized_keys.XXXXXX") && fresh=$(mktemp "$directory/.authorized_keys.XXXXXX") ||
    fail ${keyFileFailures.notWritable} "Nothing can be written in $directory."
  if [ "$was" = there ]; then
    cat "$file" > "$old" || fail ${keyFileFailures.noRoom} "There is no room for a copy of $file."
  fi
  tr -d '\\000' < "$old" | cmp -s - "$old" || fail ${keyFileFailures.notText} "$file holds bytes that are no text."
  found=$(find_key "$3" < "$old")

  if [ "$1" = add ]; then
    if [ -n "$found" ]; then
      printf 'The key is there already: %s\\n' "$(printf '%s\\n' "$found" | sed 's/^\\([0-9]*\\)\\t.*/line \\1/' | tr '\\n' ' ')"
      exit 0
    fi
    options=''
    [ -z "$5" ] || options=$(find_key "$5" < "$old" | sed -n '1s/^[0-9]*\\t//p')
    {
      cat "$old" &&
        { [ -z "$(tail -c 1 "$old")" ] || printf '\\n'; } &&
        printf '%s%s %s%s\\n' "\${options:+$options }" "$2" "$3" "\${4:+ $4}"
    } > "$fresh" || fail ${keyFileFailures.noRoom} "There is no room for a new $file."
  else
    [ -n "$found" ] || { printf 'The key is not there.\\n'; exit 0; }
    sed "$(printf '%s\\n' "$found" | sed 's/^\\([0-9]*\\)\\t.*/\\1d/')" "$old" > "$fresh" ||
      fail ${keyFileFailures.noRoom} "There is no room for a new $file."
  fi

  sync "$fresh" 2>/dev/null || sync
  if [ "$was" = there ]; then
    cmp -s "$old" "$file" || continue
  elif [ -e "$file" ] || [ -L "$file" ]; then
    continue
  fi
  mv -f "$fresh" "$file" || fail ${keyFileFailures.notWritable} "$file cannot be replaced."
  break
done
chmod go-w "$directory"
if [ "$1" = add ]; then printf 'The key is added.\\n'; else printf 'The key is removed.\\n'; fi
case $(ls -ld "$HOME/.") in
  ?????w* | ????????w*) printf 'Others may write in %s: sshd reads no keys there by default (StrictModes).\\n' "$HOME" ;;
esac`
