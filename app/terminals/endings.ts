import type { Outcome } from '#engine/ssh/remote'

/** Why terminals end. */
export type EndReason =
  | 'exited'
  | 'closed'
  | 'link_lost'
  | 'rights_lost'
  | 'idle'
  | 'server_lost'
  | 'server_removed'
  | 'panel_stopped'

/** How a terminal ended. */
export interface Ending {
  readonly reason: EndReason
  /** In words that go on from "because". */
  readonly because: string
}

const WORDS: Record<Exclude<EndReason, 'exited' | 'server_lost'>, string> = {
  closed: 'it was closed',
  link_lost: 'the browser did not come back within a minute',
  rights_lost: 'the right to it ended',
  idle: 'nothing was typed for a long time',
  server_removed: 'the server was removed',
  panel_stopped: 'the panel stopped',
}

/** An end that did not come from the shell itself. */
export function endingOf(reason: keyof typeof WORDS): Ending {
  return { reason, because: WORDS[reason] }
}

/** The end of a shell that ended by itself. */
export function endingOfShell(outcome: Outcome): Ending {
  if (outcome.kind === 'exited') {
    return { reason: 'exited', because: `the shell ended with exit code ${outcome.code}` }
  }
  if (outcome.kind === 'signalled') {
    return { reason: 'exited', because: `the shell was ended by the signal ${outcome.name}` }
  }
  return { reason: 'server_lost', because: 'the connection to the server was lost' }
}
