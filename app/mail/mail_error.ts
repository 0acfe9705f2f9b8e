/** How far the delivery of a message had come when it failed. */
export type MailPhase = 'connect' | 'TLS' | 'login' | 'sender' | 'recipient' | 'data'

/** What was being done in each phase, as the beginning of a sentence. */
const FAILED: Record<MailPhase, string> = {
  connect: 'The mail server could not be reached',
  TLS: 'No protected connection to the mail server came about',
  login: 'The mail server refused the login',
  sender: 'The mail server refused the sender',
  recipient: 'The mail server refused the recipient',
  data: 'The mail server did not take the message',
}

export interface MailFailure {
  phase: MailPhase
  /** The server's own words or the system's, made safe to show; null when there are none. */
  answer: string | null
  /** What to do next: one or two sentences. */
  next: string
}

/**
 * A message was not handed over. Its text says what failed, with the server's answer, and what to
 * do next; it never holds the password.
 */
export class MailError extends Error {
  override readonly name = 'MailError'
  readonly phase: MailPhase
  readonly answer: string | null
  readonly next: string

  constructor({ phase, answer, next }: MailFailure) {
    super(
      `${FAILED[phase]}${answer ? `: ${answer}` : ''}${/[.!?]$/.test(answer ?? '') ? '' : '.'} ${next}`
    )
    this.phase = phase
    this.answer = answer
    this.next = next
  }

  /** What failed, without the answer and what to do next. */
  get failed(): string {
    return FAILED[this.phase]
  }
}
