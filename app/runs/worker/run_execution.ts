import logger from '@adonisjs/core/services/logger'
import { follow, type FollowResult } from '#engine/detached/follow'
import { putOff, release } from '#app/runs/claims'
import { endRun, type EndFacts } from '#app/runs/worker/end_run'
import { RunCancellation } from '#app/runs/worker/run_cancellation'
import { RunRecorder } from '#app/runs/worker/run_recorder'
import { noteReached } from '#app/runs/worker/reachability'
import { LeaseLostError } from '#app/runs/lease_lost_error'
import { compiledRun } from '#app/runs/compiled_run'
import { concludeRestart } from '#app/runs/worker/conclude_restart'
import { runEvents } from '#app/runs/run_events'
import { runHandlerOf, type CompiledRun } from '#app/runs/run_handler'
import type Run from '#app/runs/models/run'
import type { Remote } from '#engine/ssh/remote'
import Server from '#app/servers/models/server'
import type { ServerRemotes } from '#app/servers/server_remotes'

/** How long a run whose server was lost is put off, in milliseconds. */
const RETRY_MS = { least: 1_000, most: 15_000 }

/** How long is waited at most for a server that restarts, in milliseconds. */
const RESTART_RETRY_MS = 2_000

/** How long after its deadline an unreachable run is given up, in milliseconds. */
const PATIENCE_MS = 60_000

/** More log than this does not come from Muster's own wrapper, which caps it at 200 MiB. */
const MOST_LOG_BYTES = 256 * 1024 * 1024

/** What a first attempt may end with when the server was never reached. */
const NEVER_STARTED: readonly string[] = ['E_CONNECT', 'E_AUTH', 'E_HOST_KEY', 'E_SUDO']

/**
 * One claimed run: started or attached to on its server, followed, cancelled when asked, and
 * written down. The work runs detached; this only watches it, so that stopping the panel, losing
 * the link or losing the lease harms nothing. When the server cannot be asked the claim is given
 * back: a run that waits for its server costs nothing but its row.
 */
export class RunExecution {
  readonly run: Run
  readonly #remotes: ServerRemotes
  readonly #following = new AbortController()
  readonly #stopping: AbortSignal
  readonly #onStopping = () => this.#following.abort()
  readonly #cancellation: RunCancellation
  readonly #attached = Promise.withResolvers<void>()
  readonly #startedAt = performance.now()
  #isAttached = false

  /** Why the server is no longer listened to, once it misbehaved. */
  #given: string | null = null

  constructor(run: Run, remotes: ServerRemotes, stopping: AbortSignal) {
    this.run = run
    this.#remotes = remotes
    this.#cancellation = new RunCancellation(run, () => this.#remoteNow())
    this.#stopping = stopping
    stopping.addEventListener('abort', this.#onStopping, { once: true })
    if (stopping.aborted) this.#following.abort()
  }

  /** Whether the run is there to restart its server. */
  get #restarts(): boolean {
    return runHandlerOf(this.run.kind).restartsServer ?? false
  }

  /** Resolves when the server says that the run lives there, or has ended. */
  get attached(): Promise<void> {
    return this.#attached.promise
  }

  /** How long its server has kept this waiting, in milliseconds; `Infinity` once it has answered. */
  get startingFor(): number {
    return this.#isAttached ? Infinity : performance.now() - this.#startedAt
  }

  /** Someone wants the run to be cancelled. */
  cancel(): void {
    void this.#cancellation.request()
  }

  /** Another worker has the run. */
  lose(): void {
    this.#following.abort()
  }

  /**
   * @throws what went wrong here, with the claim left to run out: trying again at once would meet
   * the same
   */
  async carry(): Promise<void> {
    try {
      await this.#follow()
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error
      logger.info({ run: this.run.id }, error.message)
    } finally {
      this.#stopping.removeEventListener('abort', this.#onStopping)
    }
  }

  async #follow() {
    const { run } = this
    if (run.cancelRequestedAt && run.attempt === 1) return this.#end(null, { state: 'cancelled' })
    const kept = await this.#compile()
    if (!kept) return
    const { compiled, isNew } = kept
    const recorder = new RunRecorder(run, compiled)
    if (!isNew) await recorder.resume()
    const again = run.attempt > 1
    if (this.#restarts && again) this.#remotes.retryNow(run.server)
    // What began is ended first: then there is nothing left that following could begin.
    const calledOff = run.cancelRequestedAt !== null
    if (calledOff) await this.#cancellation.request()

    const result = await follow(this.#remotes.of(run.server), {
      id: run.id,
      fence: run.fence,
      // A server that forgot the run because it restarted must not be restarted again.
      body: calledOff || (this.#restarts && again) ? null : compiled.body,
      offset: recorder.offset,
      deadlineSeconds: run.deadlineSeconds,
      onLog: (chunk) => {
        if (recorder.offset > MOST_LOG_BYTES) this.#giveUp('It sent more log than a run may.')
        return recorder.push(chunk)
      },
      onAttached: () => this.#noteAttached(),
      signal: this.#following.signal,
    })
    if (this.#given) return this.#end(recorder, { state: 'failed', reason: this.#given })
    const facts = this.#conclude(result, recorder)
    if (facts) return this.#end(recorder, facts)
    await recorder.flush()
    await this.#cancellation.settled()
    if (result.state === 'stopped') return release(run)
    if (this.#isGivenUp()) return this.#end(recorder, { state: 'lost', reason: 'unreachable' })
    await this.#putOff(result)
  }

  /**
   * The run's server as it is now: its login may be another than when the run was claimed, and
   * what is connected by the new one must not be given up for the old one. Null when it is gone,
   * and the run with it.
   */
  async #remoteNow(): Promise<Remote | null> {
    const { run } = this
    const server = await Server.within(run).where('id', run.serverId).first()
    return server && this.#remotes.of(server)
  }

  /** What an end of following says about the run; null while nothing is known. */
  #conclude(result: FollowResult, recorder: RunRecorder): EndFacts | null {
    const ofRestart = this.#restarts ? concludeRestart(this.run, result) : undefined
    if (ofRestart !== undefined) return ofRestart
    switch (result.state) {
      case 'finished': {
        const { facts, code } = result
        const truncated = facts.truncated
        if (facts.timedOut) return { state: 'timed_out', exitCode: code, truncated }
        if (code === 0) return { state: 'succeeded', exitCode: 0, truncated }
        const cancelled = facts.cancelled || recorder.outcome === 'cancelled'
        return { state: cancelled ? 'cancelled' : 'failed', exitCode: code, truncated }
      }
      case 'lost':
        return this.run.cancelRequestedAt && result.reason === 'crashed'
          ? { state: 'cancelled' }
          : { state: 'lost', reason: result.reason }
      case 'refused':
        if (result.reason === 'missing' && this.run.cancelRequestedAt) return { state: 'cancelled' }
        return result.reason === 'fence'
          ? null
          : { state: 'failed', reason: result.detail || `The server refused: ${result.reason}.` }
      case 'unreachable':
        return this.run.attempt === 1 && NEVER_STARTED.includes(result.error.code)
          ? { state: 'failed', error: result.error }
          : null
      default:
        return null
    }
  }

  async #compile(): Promise<{ compiled: CompiledRun; isNew: boolean } | null> {
    try {
      return await compiledRun(this.run)
    } catch (error) {
      if (error instanceof LeaseLostError) throw error
      logger.error({ err: error, run: this.run.id }, 'a run could not be compiled')
      const reason = error instanceof Error ? error.message : String(error)
      await this.#end(null, { state: 'failed', reason })
      return null
    }
  }

  async #end(recorder: RunRecorder | null, facts: EndFacts) {
    await endRun(this.run, recorder, await this.#proven(facts))
  }

  /** A run is called cancelled only when its server said that nothing of it is left. */
  async #proven(ended: EndFacts): Promise<EndFacts> {
    await this.#cancellation.settled()
    if (ended.state !== 'cancelled' || !this.#isAttached) return ended
    const proof = await this.#cancellation.prove()
    return proof instanceof Date
      ? { ...ended, provenGoneAt: proof }
      : { state: 'failed', reason: proof }
  }

  #noteAttached() {
    this.#isAttached = true
    this.#attached.resolve()
    noteReached(this.run).catch((error) =>
      logger.error({ err: error, run: this.run.id }, 'reachability was not noted')
    )
  }

  #giveUp(reason: string) {
    this.#given = reason
    this.#following.abort()
  }

  #isGivenUp() {
    const started = this.run.startedAt?.toMillis() ?? Date.now()
    return Date.now() > started + this.run.deadlineSeconds * 1000 + PATIENCE_MS
  }

  /** The longer a server has been silent, the longer until it is asked again. */
  async #putOff(result: FollowResult) {
    const silentFor = Date.now() - (this.run.unreachableSince?.toMillis() ?? Date.now())
    const most = this.#restarts ? RESTART_RETRY_MS : RETRY_MS.most
    const wait = Math.min(most, Math.max(RETRY_MS.least, silentFor))
    await putOff(this.run, wait * (0.75 + Math.random() / 2), result.state !== 'refused')
    runEvents.changed(this.run.id)
  }
}
