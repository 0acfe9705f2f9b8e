import { sequence, sh, type Command } from '#engine/shell/command'
import { render } from '#engine/shell/render'
import { Secret } from '#engine/shell/secret'
import { assertForm, isShellText, isUnixUser } from '#engine/system/grammar'
import { isParameterName, isParameterText } from '#engine/scripts/parameters'

/** What reads a script whose first line does not say so itself. */
export const interpreters = ['bash', 'sh', 'python3'] as const

export type Interpreter = (typeof interpreters)[number]

/** Shell text of a person, and how it is to be run. */
export interface UserScript {
  text: string
  /** A first line such as `#!/usr/bin/perl` comes before it. */
  interpreter: Interpreter
  /** The Unix user it runs as; `root` is one. */
  user: string
  /** Environment variables by name. */
  variables: Readonly<Record<string, string | Secret>>
}

/**
 * Opens descriptor 3 on an empty file beside the script that nobody but its user can read and
 * that has no name any more. Bash makes one of a here-string (compatibility level 5.0: never a
 * pipe), which takes no process.
 */
const OPEN_FILE = `open_file() {
  TMPDIR=\${BASH_SOURCE[0]%/*}
  { BASH_COMPAT=5.0; } 2>/dev/null
  exec 3<<< ''
}`

/**
 * The bash script of a detached run that runs a person's text: in the user's home, as that user,
 * with a clean environment and the variables in it. The text reaches its interpreter as a file
 * that is open and already removed, so that it is never part of a command, is read by nobody else,
 * and is gone however the run ends. All of this script is replaced by the interpreter: signals and
 * the exit code are the text's own, and so is every byte of output.
 *
 * @throws GrammarError for a value out of its form.
 */
export function compileUserScript(script: UserScript): Secret {
  const text = assertForm(isShellText, script.text, 'The script')
  const user = assertForm(isUnixUser, script.user, 'The Unix user')
  const words = readersOf(text, script.interpreter)
  return new Secret(
    [
      '#!/usr/bin/env bash',
      OPEN_FILE,
      render(
        sequence(
          findUser(user),
          findInterpreter(words[0]),
          openText(text, user),
          environment(script.variables),
          hand(user, words)
        )
      ),
      '',
    ].join('\n')
  )
}

/**
 * The words that run a text: its own first line as execve(2) reads one, which takes all that
 * follows the path for one argument, or else the interpreter.
 */
export function readersOf(text: string, interpreter: Interpreter): [string, ...string[]] {
  const [line] = text.split('\n', 1)
  const [, path, argument] = /^#![ \t]*(\/\S+)(?:[ \t]+(\S.*?))?[ \t]*$/.exec(line) ?? []
  if (path === undefined) return [interpreter]
  return argument === undefined ? [path] : [path, argument]
}

/** Of root bash knows the home by itself. */
function findUser(user: string): Command {
  if (user === 'root') return sequence(sh`user=${user}`, sh`home=~root`)
  return sh`user=${user}
if ! entry=$(getent passwd "$user"); then
  printf 'There is no user %s on this server.\\n' "$user"
  exit 67
fi
entry=\${entry#*:*:*:}
group=\${entry%%:*}
entry=\${entry#*:*:}
home=\${entry%%:*}`
}

function findInterpreter(name: string): Command {
  return sh`if ! command -v ${name} >/dev/null; then
  printf '%s is not installed on this server.\\n' ${name}
  exit 127
fi`
}

function openText(text: string, user: string): Command {
  const give = user === 'root' ? sh`true` : sh`chown "$user" /proc/self/fd/3`
  return sh`if ! { open_file && ${give} && printf '%s' ${text} > /proc/self/fd/3; }; then
  printf 'The script could not be written to the disk of this server.\\n'
  exit 74
fi
script=/dev/fd/3
[ -e "$script" ] || script=/proc/self/fd/3`
}

function environment(variables: UserScript['variables']): Command {
  const words = Object.entries(variables).map(([name, value]) => wordOf(name, value))
  return sequence(
    sh`run=\${MUSTER_RUN:-}
while IFS= read -r -d '' entry; do
  case \${entry%%=*} in
    '' | [0-9]* | *[!A-Za-z0-9_]*) ;;
    *) unset -v "\${entry%%=*}" ;;
  esac
done < /proc/self/environ
unset -v PWD OLDPWD SHLVL
export MUSTER_RUN="$run" HOME="$home" USER="$user" LOGNAME="$user" SHELL=/bin/bash
export LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
umask 022
cd -- "$HOME" 2>/dev/null || cd /`,
    ...words.map((word) => sh`export ${word}`)
  )
}

function wordOf(name: string, value: string | Secret): string | Secret {
  const key = assertForm(isParameterName, name, 'The name of a parameter')
  const text = value instanceof Secret ? value.reveal() : value
  const word = `${key}=${assertForm(isParameterText, text, 'The value of a parameter')}`
  return value instanceof Secret ? new Secret(word) : word
}

/** setpriv(1) gives the text all groups of its user; it stays in the run's session and group. */
function hand(user: string, words: readonly string[]): Command {
  const reader = sh`${words} "$script"`
  return user === 'root'
    ? sh`exec ${reader}`
    : sh`exec setpriv --reuid "$user" --regid "$group" --init-groups -- ${reader}`
}
