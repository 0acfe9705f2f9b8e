import { type Duplex, type Readable } from 'node:stream'
import { type Command } from '#engine/shell/command'
import { type Question } from '#engine/shell/question'
import { type Secret } from '#engine/shell/secret'
import { type Answer, askByCommand } from '#engine/ssh/answer'
import { commandFailed } from '#engine/ssh/command_failure'
import { readFileFrom, writeFileTo } from '#engine/ssh/remote_file'
import { type RemoteShell, type ShellOptions } from '#engine/ssh/remote_shell'

/** How a command ended. `unknown` means that nobody can tell: the link was lost on the way. */
export type Outcome =
  | { kind: 'exited'; code: number }
  | { kind: 'signalled'; name: string }
  | { kind: 'unknown'; reason: string }

export interface RunResult {
  outcome: Outcome
  /** The last 64 KiB of standard output. */
  stdout: string
  /** The last 64 KiB of standard error. */
  stderr: string
  durationMs: number
}

export interface RunOptions {
  /** What the command reads; without it, it reads nothing. */
  stdin?: string | Buffer | Readable | Secret
  /** Milliseconds for the whole call, waiting for a connection included. */
  timeout?: number
  signal?: AbortSignal
  /** Sees all output as it comes. The channel stands still until a returned promise settles. */
  onOutput?: (chunk: Buffer, stream: 'stdout' | 'stderr') => void | Promise<void>
  /** `onOutput` copies what it keeps: the memory of a chunk is freed when it is done with it. */
  freesOutput?: boolean
  /** Run as the user who logged in, not as root. */
  asLogin?: boolean
}

export interface AskOptions {
  /** Milliseconds for the whole call, waiting for a connection included; 10 s unless said. */
  timeout?: number
  /** How much of the output is kept; 64 KiB unless said. */
  maxBytes?: number
}

export interface WriteFileOptions {
  /** Permission bits, for example 0o644. */
  mode: number
  /** `user` or `user:group`; without it, the file belongs to root. */
  owner?: string
}

/**
 * One server as the engine sees it. Commands run as root in a POSIX shell with `LC_ALL=C`.
 *
 * Rejects with `RemoteError`: E_CONNECT, E_AUTH and E_HOST_KEY before anything ran, E_SUDO when
 * the user may not become root, E_TIMEOUT and E_ABORTED when the caller's limit ended the wait
 * (the command itself may go on at the server).
 */
export abstract class Remote {
  /** The server's name or address, for messages. */
  abstract readonly name: string

  /** Runs a command. Any exit code is a result, and so is a lost link; only the caller can judge. */
  abstract run(command: Command, options?: RunOptions): Promise<RunResult>

  /** A stream to a TCP port as seen from the server. */
  abstract forward(host: string, port: number): Promise<Duplex>

  /** The login shell of the user who logged in, not root's, on a terminal. */
  abstract shell(options: ShellOptions): Promise<RemoteShell>

  /**
   * Runs a command that has to succeed.
   *
   * @throws CommandFailed on anything but exit code 0.
   */
  async mustRun(command: Command, options: RunOptions = {}): Promise<RunResult> {
    const result = await this.run(command, options)
    if (result.outcome.kind === 'exited' && result.outcome.code === 0) return result
    throw commandFailed(this.name, command, result, options.stdin)
  }

  /**
   * Asks something small, without a process of its own where the server allows it: questions go
   * in turn to one shell that stays open. A question whose shell is lost is asked once more; it has
   * to be read-only. Any exit code is an answer.
   *
   * @throws RemoteError E_TIMEOUT, with whatever the question was running ended; E_CONNECT when the
   * answer was lost twice
   */
  ask(question: Question, options: AskOptions = {}): Promise<Answer> {
    return askByCommand(this, question, options)
  }

  /**
   * Replaces a file by new content, whole or not at all: written beside it, its SHA-256 checked
   * at the server, then renamed over it. A symbolic link at the path is replaced, not followed.
   * The directory has to exist.
   *
   * @throws CommandFailed when the server could not write it; the old file is untouched then.
   */
  async writeFile(
    path: string,
    content: string | Buffer | Secret,
    options: WriteFileOptions
  ): Promise<void> {
    await writeFileTo(this, path, content, options)
  }

  /**
   * Reads a regular file.
   *
   * @throws CommandFailed when there is none, or when it is larger than `maxBytes` (default 1 MiB).
   */
  async readFile(path: string, options: { maxBytes?: number } = {}): Promise<Buffer> {
    return readFileFrom(this, path, options.maxBytes ?? 1024 * 1024)
  }
}
