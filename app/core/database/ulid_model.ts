import { ulid } from 'ulid'
import { DateTime } from 'luxon'
import { BaseModel, beforeCreate, beforeSave, column } from '@adonisjs/lucid/orm'
import { moment } from '#app/core/database/columns'

/**
 * Base of every model: a ULID as primary key (26 characters, sortable by time) and the moments of
 * creation and of the last change.
 */
export class UlidModel extends BaseModel {
  static selfAssignPrimaryKey = true

  @column({ isPrimary: true })
  declare id: string

  @moment()
  declare createdAt: DateTime

  @moment()
  declare updatedAt: DateTime

  @beforeCreate()
  static assignId(model: UlidModel) {
    model.id ??= ulid()
    model.createdAt ??= DateTime.utc()
  }

  @beforeSave()
  static touch(model: UlidModel) {
    model.updatedAt = DateTime.utc()
  }
}
