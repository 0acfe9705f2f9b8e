/**
 * There is no terminal for who asks. Message and hint are for them.
 */
export class TerminalRefused extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }

  static tooManyOfUser(most: number) {
    return new TerminalRefused(
      `You have ${most} terminals open already.`,
      'Close one of them, then open another.'
    )
  }

  static noRoom() {
    return new TerminalRefused(
      'The panel holds as many terminals as it may.',
      'Try again when others are closed.'
    )
  }

  static gone() {
    return new TerminalRefused('This terminal has ended.', 'Open a new one.')
  }

  static unconfirmed(name: string) {
    return new TerminalRefused(
      `The host key of ${name} is not confirmed, so nothing is sent to it.`,
      `Compare the fingerprints on the page of ${name}.`
    )
  }

  static serverGone() {
    return new TerminalRefused('The server was removed.', 'Choose another one.')
  }

  static elsewhere() {
    return new TerminalRefused(
      'This terminal lives in another process of the panel, which this connection did not reach.',
      'Open a new one. Let the proxy in front keep each browser at one process, and terminals are found again.'
    )
  }
}
