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
      render(
        sequence(
          findUser(user),
          findInterpreter(words[0]),
          openText(text),
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

function findUser(user: string): Command {
  return sh`user=${user}
if ! entry=$(getent passwd "$user"); then
  printf 'There is no user %s on this server.\\n' "$user"
  exit 67
fi
group=$(printf '%s' "$entry" | cut -d : -f 4)
home=$(printf '%s' "$entry" | cut -d : -f 6)`
}

function findInterpreter(name: string): Command {
  return sh`if ! command -v ${name} >/dev/null; then
  printf '%s is not installed on this server.\\n' ${name}
  exit 127
fi`
}

function openText(text: string): Command {
  return sh`file=\${BASH_SOURCE[0]%/*}/script
if ! { install -m 0400 -o "$user" /dev/null "$file" && printf '%s' ${text} > "$file"; }; then
  rm -f "$file"
  printf 'The script could not be written to the disk of this server.\\n'
  exit 74
fi
exec 3< "$file"
rm -f "$file"
script=/dev/fd/3
[ -e "$script" ] || script=/proc/self/fd/3`
}

function environment(variables: UserScript['variables']): Command {
  const words = Object.entries(variables).map(([name, value]) => wordOf(name, value))
  return sequence(
    sh`run=\${MUSTER_RUN:-}
for name in $(compgen -e); do unset -v "$name"; done
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
