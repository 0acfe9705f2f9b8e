import { DateTime } from 'luxon'
import { BaseModel, column } from '@adonisjs/lucid/orm'
import { moment } from '#app/core/database/columns'
import type { StepState } from '#app/runs/states'

/**
 * A named part of a run, in order, with the place in the log where it began.
 */
export default class RunStep extends BaseModel {
  static table = 'run_steps'
  static selfAssignPrimaryKey = true

  @column({ isPrimary: true })
  declare runId: string

  @column()
  declare position: number

  @column()
  declare name: string

  @column()
  declare title: string

  @column()
  declare state: StepState

  @column()
  declare logPosition: number | null

  /** Which of its commands failed, from 0. */
  @column()
  declare failedCommand: number | null

  @moment()
  declare startedAt: DateTime | null

  @moment()
  declare finishedAt: DateTime | null

  /**
   * What the page's step list shows.
   */
  toView() {
    return {
      position: this.position,
      name: this.name,
      title: this.title,
      state: this.state,
      offset: this.logPosition,
      startedAt: this.startedAt?.toISO() ?? null,
      finishedAt: this.finishedAt?.toISO() ?? null,
    }
  }
}
