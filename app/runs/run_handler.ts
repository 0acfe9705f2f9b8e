import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Secret } from '#engine/shell/secret'
import type Run from '#app/runs/models/run'
import type { RunFailure, RunState } from '#app/runs/states'

/**
 * What a run executes on its server.
 */
export interface CompiledRun {
  /** The whole bash script, sent by stdin and kept on the server until the run is pruned. */
  body: Secret | string
  /** What must never reach the log. */
  secrets: readonly Secret[]
  /** The steps the script will announce, in order. */
  steps: readonly { name: string; title: string; commands: readonly string[] }[]
}

/**
 * The facts of an ended run, before they are put into words.
 */
export interface RunEnd {
  state: Exclude<RunState, 'queued' | 'running'>
  exitCode: number | null
  /** What the script called its end, when it got so far. */
  outcome: string | null
  failedStep: { name: string; title: string } | null
  failedCommand: string | null
  /** The end of the log since the latest step began. */
  tail: string
  results: Record<string, string>
}

/** What people are told about, and where it is on the panel. */
export interface RunSubject {
  type: string
  id: string
  path: string
}

/**
 * Knows one kind of run. Features register theirs in `start/run_handlers.ts`.
 */
export interface RunHandler {
  readonly kind: string

  /** What people call such runs: "Deployments". Without it, its kind as words. */
  readonly label?: string

  /**
   * The run restarts its server: it has succeeded once the server is back with another boot id,
   * and is never begun a second time.
   */
  readonly restartsServer?: boolean

  /**
   * Builds the script, once: it is kept with the run until that has ended.
   */
  compile(run: Run): Promise<CompiledRun>

  /**
   * Puts an end that is not a success into words. Without it the shared words are used.
   */
  explain?(run: Run, end: RunEnd): RunFailure

  /**
   * Applies the end to the feature's own rows, in the transaction that ends the run.
   */
  settle?(run: Run, end: RunEnd, trx: TransactionClientContract): Promise<void>

  /**
   * What people are told about when a run is lost sight of. Without it, the run; null for what only
   * somebody who looks on would miss, and where the feature tells by itself.
   */
  lost?(run: Run): RunSubject | null
}

const handlers = new Map<string, RunHandler>()

/**
 * Makes a kind of run known to the worker.
 */
export function registerRunHandler(handler: RunHandler) {
  handlers.set(handler.kind, handler)
}

/**
 * The kinds of runs there are, with words for them.
 */
export function runKinds(): { kind: string; label: string }[] {
  return [...handlers.values()].map(({ kind, label }) => ({ kind, label: label ?? wordsOf(kind) }))
}

/** `server.prepare` as "Server prepare". */
function wordsOf(kind: string): string {
  const words = kind.replace(/[._-]+/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/**
 * @throws when nobody registered the kind
 */
export function runHandlerOf(kind: string): RunHandler {
  const handler = handlers.get(kind)
  if (!handler) {
    throw new Error(`No handler is registered for runs of the kind "${kind}".`)
  }
  return handler
}
