import { hostname } from 'node:os'
import { ulid } from 'ulid'
import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import logger from '@adonisjs/core/services/logger'
import Heartbeat from '#app/diagnosis/models/heartbeat'
import type { ProcessGaugesReader } from '#app/diagnosis/process_gauges'

/** How often a process says that it lives, in milliseconds. */
export const BEAT_MS = 10_000

/** After how long without a beat a process counts as gone, in milliseconds. */
export const SILENT_MS = 35_000

/** When the row of a process that is gone is removed, in milliseconds. */
const FORGOTTEN_MS = 24 * 60 * 60 * 1000

/**
 * Writes the row that says that this process lives, what it carries and how it is.
 */
export class ProcessHeartbeat {
  readonly #id = ulid()
  readonly #roles: string
  readonly #gauges: ProcessGaugesReader
  readonly #startedAt = DateTime.utc()
  #timer: NodeJS.Timeout | null = null
  #beating: Promise<void> = Promise.resolve()

  /**
   * @param roles what the process carries: any of web, worker, scheduler
   */
  constructor(roles: readonly string[], gauges: ProcessGaugesReader) {
    this.#roles = roles.join(',')
    this.#gauges = gauges
  }

  start() {
    this.#timer = setInterval(() => this.#beatSoon(), BEAT_MS)
    this.#beatSoon()
  }

  /** Says that the process is gone. */
  async stop() {
    if (this.#timer) clearInterval(this.#timer)
    await this.#beating
    this.#gauges.stop()
    await Heartbeat.query().where('id', this.#id).delete()
  }

  /** Writes one beat, and removes the rows of processes that are long gone. */
  async beat(): Promise<void> {
    const now = DateTime.utc()
    await Heartbeat.updateOrCreate(
      { id: this.#id },
      {
        host: hostname().slice(0, 253),
        pid: process.pid,
        roles: this.#roles,
        gauges: this.#gauges.read(),
        startedAt: this.#startedAt,
        beatAt: now,
      }
    )
    await db
      .from('heartbeats')
      .where('beat_at', '<', now.toMillis() - FORGOTTEN_MS)
      .delete()
  }

  #beatSoon() {
    this.#beating = this.#beating
      .then(() => this.beat())
      .catch((error) =>
        logger.error({ err: error }, 'the heartbeat of this process was not written')
      )
  }
}
