import { EventEmitter } from 'node:events'

/**
 * Tells others in this process that a run changed: its log grew, its state moved, someone asked
 * to cancel it. A hint only: listeners look at the rows, and look again by themselves every few
 * seconds, so that a change made by another process is seen too.
 */
class RunEvents {
  readonly #emitter = new EventEmitter().setMaxListeners(0)

  /** More of the run than its log changed. */
  changed(runId: string) {
    this.grew(runId)
    this.#emitter.emit('changed')
  }

  /** The run's log grew: no news for those who look at many. */
  grew(runId: string) {
    this.#emitter.emit(`changed:${runId}`)
  }

  /** Any of them changed by more than its log. */
  onAnyChange(listener: () => void): () => void {
    this.#emitter.on('changed', listener)
    return () => this.#emitter.off('changed', listener)
  }

  onChange(runId: string, listener: () => void): () => void {
    this.#emitter.on(`changed:${runId}`, listener)
    return () => this.#emitter.off(`changed:${runId}`, listener)
  }

  /** There is a run to claim. */
  wakeWorkers() {
    this.#emitter.emit('wake')
  }

  onWake(listener: () => void): () => void {
    this.#emitter.on('wake', listener)
    return () => this.#emitter.off('wake', listener)
  }

  /** Someone wants the run to be cancelled. */
  cancelRequested(runId: string) {
    this.#emitter.emit('cancel', runId)
  }

  onCancelRequested(listener: (runId: string) => void): () => void {
    this.#emitter.on('cancel', listener)
    return () => this.#emitter.off('cancel', listener)
  }
}

export const runEvents = new RunEvents()
