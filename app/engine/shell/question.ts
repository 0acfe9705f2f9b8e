import { type Command, sh } from '#engine/shell/command'

const MADE_HERE = Symbol('made by question')

/** What may be put into a question: never text, which could come from people. */
export type QuestionValue = number | Question

/**
 * Something small that a server is asked again and again, answered by the shell that stays open
 * there (`Remote.ask`). Only `question` makes one.
 */
export class Question {
  readonly command: Command

  constructor(command: Command, key: typeof MADE_HERE) {
    if (key !== MADE_HERE) throw new TypeError('Questions are made by the question template.')
    this.command = command
  }
}

/**
 * Builds a question of POSIX shell text: question`read -r load </proc/loadavg; echo "$load"`.
 *
 * Its text stands in the source; numbers and other questions are all it takes. It is asked in a
 * shell that others use too and may be asked twice, so it has to be read-only, must not `exit` or
 * `exec`, reads nothing from standard input, and counts on no variable or directory it did not set.
 *
 * @throws TypeError for values of other types, and as `sh` does
 */
export function question(
  template: TemplateStringsArray,
  ...values: readonly QuestionValue[]
): Question {
  const words = values.map((value) => {
    if (value instanceof Question) return value.command
    if (typeof value === 'number') return value
    throw new TypeError('A question takes numbers and questions, no text.')
  })
  return new Question(sh(template, ...words), MADE_HERE)
}
