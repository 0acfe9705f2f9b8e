import { type Command, sequence, sh } from '#engine/shell/command'

const MADE_HERE = Symbol('made by question')

/** What may be put into a question: never text, which could come from people. */
export type QuestionValue = number | Question

/**
 * Something small that a server is asked again and again, answered by the shell that stays open
 * there (`Remote.ask`). Only `question` makes one.
 */
export class Question {
  /** Prints the answer. */
  readonly command: Command

  /** Leaves the answer, without a last line feed, in the variable `said`; null when it has to print. */
  readonly saying: Command | null

  constructor(
    { command, saying = null }: { command: Command; saying?: Command | null },
    key: typeof MADE_HERE
  ) {
    if (key !== MADE_HERE) throw new TypeError('Questions are made by the question template.')
    this.command = command
    this.saying = saying
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
  return new Question({ command: commandOf(template, values) }, MADE_HERE)
}

/**
 * The same for one that prints nothing and leaves its answer in the variable `said`: question and
 * answer are one packet each, which matters where hundreds of servers are asked at once.
 *
 * @throws TypeError as `question` does
 */
export function sayingQuestion(
  template: TemplateStringsArray,
  ...values: readonly QuestionValue[]
): Question {
  const saying = commandOf(template, values)
  return new Question({ command: sequence(saying, sh`printf '%s\\n' "$said"`), saying }, MADE_HERE)
}

function commandOf(template: TemplateStringsArray, values: readonly QuestionValue[]): Command {
  const words = values.map((value) => {
    if (value instanceof Question) return value.command
    if (typeof value === 'number') return value
    throw new TypeError('A question takes numbers and questions, no text.')
  })
  return sh(template, ...words)
}
