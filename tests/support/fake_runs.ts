import { FakeRemote, type RecordedCommand, type Reply } from '#engine/testing/fake_remote'
import type Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'

type Answer = (command: RecordedCommand) => Reply

/**
 * What a server answers to being asked to start or follow a run that has ended.
 */
export function endedRun({ log = '', code = 0 }: { log?: string; code?: number } = {}): Reply {
  const size = Buffer.byteLength(log)
  return {
    stdout: log,
    stderr:
      'muster-run: attached launched=yes launcher=systemd\n' +
      `muster-run: end state=finished code=${code} size=${size} started=- ended=- flags=\n`,
  }
}

/**
 * A fleet of scripted servers, each with a remote of its own, for the worker alone: no shell and
 * no network.
 */
export class FakeFleet extends ServerRemotes {
  readonly #remotes = new Map<string, FakeRemote>()
  readonly #answers = new Map<string, Answer>()
  #otherwise: Answer = () => endedRun()

  override of(server: Server): FakeRemote {
    let remote = this.#remotes.get(server.id)
    if (!remote) {
      const answer: Answer = (command) => (this.#answers.get(server.id) ?? this.#otherwise)(command)
      remote = new FakeRemote(server.name).on(/muster-follow/, answer)
      this.#remotes.set(server.id, remote)
    }
    return remote
  }

  /** What one server, or without one every other, answers to being asked to follow a run. */
  answer(answer: Answer, server?: Server): void {
    if (server) this.#answers.set(server.id, answer)
    else this.#otherwise = answer
  }

  /** How often a run was sent to its server. */
  asked(server: Server, runId: string): number {
    return this.of(server).described.filter((line) => line.includes(runId)).length
  }
}
