import { setTimeout as sleep } from 'node:timers/promises'
import logger from '@adonisjs/core/services/logger'
import { follow, type FollowResult } from '#engine/detached/follow'
import { LEASE_MS, release, renew } from '#app/runs/claims'
import { endRun, type EndFacts } from '#app/runs/worker/end_run'
import { RunCancellation } from '#app/runs/worker/run_cancellation'
import { RunRecorder } from '#app/runs/worker/run_recorder'
import { noteReachability } from '#app/runs/worker/reachability'
import { LeaseLostError } from '#app/runs/lease_lost_error'
import { runEvents } from '#app/runs/run_events'
import { compiledRun } from '#app/runs/compiled_run'
import { runHandlerOf, type CompiledRun } from '#app/runs/run_handler'
import type Run from '#app/runs/models/run'
import type { Remote } from '#engine/ssh/remote'
import type { ServerRemotes } from '#app/servers/server_remotes'

/** How long is waited before a lost server is asked again, in milliseconds. */
const RETRY_MS = { first: 1_000, most: 15_000 }

/** How long is waited at most for a server that restarts, in milliseconds. */
const RESTART_RETRY_MS = 2_000

/** How long after its deadline an unreachable run is given up, in milliseconds. */
const PATIENCE_MS = 60_000

/** More log than this does not come from Muster's own wrapper, which caps it at 200 MiB. */
const MOST_LOG_BYTES = 256 * 1024 * 1024

/** Said of a restart that its server knows nothing of. */
const FORGOTTEN_RESTART =
  'The server knows nothing of this run, so whether it restarted is not known. It was not asked again.'

/** What a first attempt may end with when the server was never reached. */
const NEVER_STARTED: readonly string[] = ['E_CONNECT', 'E_AUTH', 'E_HOST_KEY', 'E_SUDO']

/**
 * One claimed run, carried to its end: started or attached to on its server, followed, cancelled
 * when asked, and written down. The work runs detached; this only watches it, so that stopping
 * the panel, losing the link or losing the lease harms nothing.
 */
export class RunExecution {
  readonly #run: Run
  readonly #remote: () => Remote
  readonly #following = new AbortController()
  readonly #stopping: AbortSignal
  readonly #onStopping = () => this.#following.abort()
  #attached = false

  /** Whether the server may have started the run, so that not reaching it proves nothing. */
  #mayHaveBegun = false

  /** Why the server is no longer listened to, once it misbehaved. */
  #given: string | null = null
  readonly #cancellation: RunCancellation

  /** Whether the run is there to restart its server. */
  readonly #restarts: boolean
  readonly #retryNow: () => void

  constructor(run: Run, remotes: ServerRemotes, stopping: AbortSignal) {
    this.#run = run
    this.#remote = () => remotes.of(run.server)
    this.#retryNow = () => remotes.retryNow(run.server)
    this.#restarts = runHandlerOf(run.kind).restartsServer ?? false
    this.#cancellation = new RunCancellation(run, this.#remote)
    this.#stopping = stopping
    stopping.addEventListener('abort', this.#onStopping, { once: true })
    if (stopping.aborted) this.#following.abort()
  }

  /**
   * @throws what went wrong here, with the claim left to run out: trying again at once would meet
   * the same
   */
  async carry(): Promise<void> {
    const stopWatching = this.#watch()
    try {
      await this.#followToEnd()
      await this.#cancellation.settled()
      await release(this.#run)
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error
      logger.info({ run: this.#run.id }, error.message)
    } finally {
      stopWatching()
      this.#stopping.removeEventListener('abort', this.#onStopping)
    }
  }

  async #followToEnd() {
    const run = this.#run
    if (run.cancelRequestedAt && run.attempt === 1) return this.#end(null, { state: 'cancelled' })

    const compiled = await this.#compile()
    if (!compiled) return
    const recorder = new RunRecorder(run, compiled)
    await recorder.prepare()
    runEvents.changed(run.id)

    for (let tries = 0; ; tries++) {
      const result = await follow(this.#remote(), {
        id: run.id,
        fence: run.fence,
        // A server that forgot the run because it restarted must not be restarted again.
        body: this.#restarts && (this.#mayHaveBegun || run.attempt > 1) ? null : compiled.body,
        offset: recorder.offset,
        deadlineSeconds: run.deadlineSeconds,
        onLog: (chunk) => {
          if (recorder.offset > MOST_LOG_BYTES) this.#giveUp('It sent more log than a run may.')
          return recorder.push(chunk)
        },
        onAttached: () => {
          this.#mayHaveBegun = true
          this.#attached = true
          tries = 0
          noteReachability(run, true).catch((error) =>
            logger.error({ err: error, run: run.id }, 'reachability was not noted')
          )
        },
        signal: this.#following.signal,
      })
      if (result.state === 'unknown') this.#mayHaveBegun = true
      if (this.#given) return this.#end(recorder, { state: 'failed', reason: this.#given })
      const facts = this.#conclude(result, recorder)
      if (facts) return this.#end(recorder, facts)
      await recorder.flush()
      if (result.state === 'stopped') return
      if (this.#isGivenUp()) return this.#end(recorder, { state: 'lost', reason: 'unreachable' })
      await noteReachability(run, false)
      await this.#pause(tries)
      // Its address or its login key may be others by now.
      await run.load('server')
    }
  }

  /** What an end of following says about the run; null while nothing is known. */
  #conclude(result: FollowResult, recorder: RunRecorder): EndFacts | null {
    switch (result.state) {
      case 'finished': {
        const { facts, code } = result
        if (facts.timedOut) return { state: 'timed_out', exitCode: code }
        if (code === 0) return { state: 'succeeded', exitCode: 0 }
        // The restart has ended it and is under way: the next boot tells.
        if (this.#restarts && facts.interrupted && !this.#run.cancelRequestedAt) return null
        const cancelled = facts.cancelled || recorder.outcome === 'cancelled'
        return { state: cancelled ? 'cancelled' : 'failed', exitCode: code }
      }
      case 'lost':
        if (this.#restarts && result.reason === 'rebooted') {
          return { state: 'succeeded', exitCode: 0 }
        }
        return this.#run.cancelRequestedAt && result.reason === 'crashed'
          ? { state: 'cancelled' }
          : { state: 'lost', reason: result.reason }
      case 'refused':
        if (result.reason === 'fence') return null
        return this.#restarts && result.reason === 'missing'
          ? { state: 'failed', reason: FORGOTTEN_RESTART }
          : { state: 'failed', reason: result.detail || `The server refused: ${result.reason}.` }
      case 'unreachable': {
        const first = this.#run.attempt === 1 && !this.#mayHaveBegun
        return first && NEVER_STARTED.includes(result.error.code)
          ? { state: 'failed', error: result.error }
          : null
      }
      default:
        return null
    }
  }

  async #compile(): Promise<CompiledRun | null> {
    try {
      return await compiledRun(this.#run)
    } catch (error) {
      if (error instanceof LeaseLostError) throw error
      logger.error({ err: error, run: this.#run.id }, 'a run could not be compiled')
      const reason = error instanceof Error ? error.message : String(error)
      await this.#end(null, { state: 'failed', reason })
      return null
    }
  }

  async #end(recorder: RunRecorder | null, ended: EndFacts) {
    const facts = await this.#proven(ended)
    await recorder?.finish(facts.state === 'succeeded' ? 'succeeded' : 'failed')
    await endRun(this.#run, recorder, facts)
  }

  /** A run is called cancelled only when its server said that nothing of it is left. */
  async #proven(ended: EndFacts): Promise<EndFacts> {
    await this.#cancellation.settled()
    if (ended.state !== 'cancelled' || !this.#attached) return ended
    const doubt = await this.#cancellation.prove()
    return doubt === null ? ended : { state: 'failed', reason: doubt }
  }

  /** Renews the lease and listens for a wish to cancel, until the returned function is called. */
  #watch() {
    const look = () => {
      void renew(this.#run)
        .then((lease) => {
          if (lease === null) this.#following.abort()
          else if (lease.cancelRequested) void this.#cancellation.request()
        })
        .catch((error) => logger.error({ err: error, run: this.#run.id }, 'renewing failed'))
    }
    const timer = setInterval(look, LEASE_MS / 3)
    const unsubscribe = runEvents.onWake(look)
    look()
    return () => {
      clearInterval(timer)
      unsubscribe()
    }
  }

  #giveUp(reason: string) {
    this.#given = reason
    this.#following.abort()
  }

  #isGivenUp() {
    const started = this.#run.startedAt?.toMillis() ?? Date.now()
    return Date.now() > started + this.#run.deadlineSeconds * 1000 + PATIENCE_MS
  }

  async #pause(tries: number) {
    if (this.#restarts) this.#retryNow()
    const most = this.#restarts ? RESTART_RETRY_MS : RETRY_MS.most
    const wait = Math.min(most, RETRY_MS.first * 2 ** tries)
    await sleep(wait * (0.75 + Math.random() / 2), null, { signal: this.#following.signal }).catch(
      () => {}
    )
  }
}
