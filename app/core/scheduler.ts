import cron, { type ScheduledTask } from 'node-cron'
import logger from '@adonisjs/core/services/logger'

/**
 * The heartbeat: fires idempotent work in UTC. Any number of processes may tick; what they do
 * looks at rows and decides by them.
 */
export class Scheduler {
  readonly #tasks: ScheduledTask[] = []
  readonly #running = new Set<Promise<void>>()

  /**
   * Registers work under a name.
   *
   * @param expression cron expression with seconds, in UTC
   */
  every(expression: string, name: string, work: () => Promise<void>) {
    const task = cron.createTask(
      expression,
      () => {
        const running = work()
          .catch((error) => logger.error({ err: error }, `scheduled work failed: ${name}`))
          .finally(() => this.#running.delete(running))
        this.#running.add(running)
        return running
      },
      { name, timezone: 'UTC', noOverlap: true }
    )
    this.#tasks.push(task)
  }

  start() {
    for (const task of this.#tasks) task.start()
  }

  /** Fires no more and waits for what is under way. */
  async stop() {
    for (const task of this.#tasks) await task.destroy()
    await Promise.allSettled(this.#running)
  }
}
