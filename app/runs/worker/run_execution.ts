import { setTimeout as sleep } from 'node:timers/promises'
import logger from '@adonisjs/core/services/logger'
import { follow, type FollowResult } from '#engine/detached/follow'
import { LEASE_MS, release, renew } from '#app/runs/claims'
import { endRun, type EndFacts } from '#app/runs/worker/end_run'
import { RunCancellation } from '#app/runs/worker/run_cancellation'
import { LeaseLostError, RunRecorder } from '#app/runs/worker/run_recorder'
import { noteReachability } from '#app/runs/worker/reachability'
import { runEvents } from '#app/runs/run_events'
import { compiledRun } from '#app/runs/compiled_run'
import type { CompiledRun } from '#app/runs/run_handler'
import type Run from '#app/runs/models/run'
import type { Remote } from '#engine/ssh/remote'
import type { ServerRemotes } from '#app/servers/server_remotes'

/** How long is waited before a lost server is asked again, in milliseconds. */
const RETRY_MS = { first: 1_000, most: 15_000 }

/** How long after its deadline an unreachable run is given up, in milliseconds. */
const PATIENCE_MS = 60_000

/** What a first attempt may end with when the server was never reached. */
const NEVER_STARTED: readonly string[] = ['E_CONNECT', 'E_AUTH', 'E_HOST_KEY', 'E_SUDO']

/**
 * One claimed run, carried to its end: started or attached to on its server, followed, cancelled
 * when asked, and written down. The work runs detached; this only watches it, so that stopping
 * the panel, losing the link or losing the lease harms nothing.
 */
export class RunExecution {
  readonly #run: Run
  readonly #remote: Remote
  readonly #following = new AbortController()
  #attached = false
  readonly #cancellation: RunCancellation

  constructor(run: Run, remotes: ServerRemotes, stopping: AbortSignal) {
    this.#run = run
    this.#remote = remotes.of(run.server)
    this.#cancellation = new RunCancellation(run, this.#remote)
    stopping.addEventListener('abort', () => this.#following.abort(), { once: true })
    if (stopping.aborted) this.#following.abort()
  }

  async carry(): Promise<void> {
    const stopWatching = this.#watch()
    try {
      await this.#followToEnd()
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error
      logger.info({ run: this.#run.id }, error.message)
    } finally {
      stopWatching()
      await this.#cancellation.settled()
      await release(this.#run)
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
      const result = await follow(this.#remote, {
        id: run.id,
        fence: run.fence,
        body: compiled.body,
        offset: recorder.offset,
        deadlineSeconds: run.deadlineSeconds,
        onLog: (chunk) => recorder.push(chunk),
        onAttached: () => {
          this.#attached = true
          tries = 0
          void noteReachability(run, true)
        },
        signal: this.#following.signal,
      })
      const facts = this.#conclude(result, recorder)
      if (facts) return this.#end(recorder, facts)
      await recorder.flush()
      if (result.state === 'stopped') return
      if (this.#isGivenUp()) return this.#end(recorder, { state: 'lost', reason: 'unreachable' })
      await noteReachability(run, false)
      await this.#pause(tries)
    }
  }

  /** What an end of following says about the run; null while nothing is known. */
  #conclude(result: FollowResult, recorder: RunRecorder): EndFacts | null {
    switch (result.state) {
      case 'finished': {
        const { facts, code } = result
        if (facts.timedOut) return { state: 'timed_out', exitCode: code }
        if (code === 0) return { state: 'succeeded', exitCode: 0 }
        const cancelled = facts.cancelled || recorder.outcome === 'cancelled'
        return { state: cancelled ? 'cancelled' : 'failed', exitCode: code }
      }
      case 'lost':
        return this.#run.cancelRequestedAt && result.reason === 'crashed'
          ? { state: 'cancelled' }
          : { state: 'lost', reason: result.reason }
      case 'refused':
        return result.reason === 'fence'
          ? null
          : { state: 'failed', reason: result.detail || `The server refused: ${result.reason}.` }
      case 'unreachable': {
        const first = this.#run.attempt === 1 && !this.#attached
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

  #isGivenUp() {
    const started = this.#run.startedAt?.toMillis() ?? Date.now()
    return Date.now() > started + this.#run.deadlineSeconds * 1000 + PATIENCE_MS
  }

  async #pause(tries: number) {
    const wait = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** tries)
    await sleep(wait * (0.75 + Math.random() / 2), null, { signal: this.#following.signal }).catch(
      () => {}
    )
  }
}
