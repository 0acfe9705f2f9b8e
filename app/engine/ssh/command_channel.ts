import { type ClientChannel } from 'ssh2'
import { type Outcome } from '#engine/ssh/remote'

/**
 * A channel that could not be opened. `never`: the command did not start, another channel may do.
 * `refused`: the server does not run commands. `unknown`: the command was sent, no answer came.
 */
export class ChannelNotOpened extends Error {
  readonly started: 'never' | 'refused' | 'unknown'

  constructor(message: string, started: 'never' | 'refused' | 'unknown', cause?: Error) {
    super(message, { cause })
    this.started = started
  }
}

/** A command that was started. */
export interface Started {
  channel: ClientChannel
  /** How it ended, once the server has said so. */
  outcome: Outcome | undefined
}

/** Listens at once: the end of a short command may come in the same packet as its start. */
export function startedIn(channel: ClientChannel): Started {
  const started: Started = { channel, outcome: undefined }
  channel.on('error', () => {})
  channel.stderr.on('error', () => {})
  channel.on('exit', (code: number | null, signal?: string) => {
    started.outcome =
      code === null ? { kind: 'signalled', name: signal ?? 'unknown' } : { kind: 'exited', code }
  })
  return started
}
