import { type Command } from '#engine/shell/command'

const PROGRAM = /^exec [a-z/]/

/** Text without a character that a POSIX shell takes for more than a part of a word. */
const BARE_WORDS = /^[\w./:=,@%+ -]*$/

/**
 * Whether the command does nothing but give the shell's place to one program: `exec`, the program
 * and its words, which are bare or quoted values. It means the same to every POSIX shell.
 */
export function isExec({ fragments }: Command): boolean {
  const [first] = fragments
  if (first?.kind !== 'text' || !PROGRAM.test(first.text)) return false
  return fragments.every((fragment) => fragment.kind !== 'text' || BARE_WORDS.test(fragment.text))
}
