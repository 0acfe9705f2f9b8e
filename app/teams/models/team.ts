import { column } from '@adonisjs/lucid/orm'
import { UlidModel } from '#app/core/database/ulid_model'

export default class Team extends UlidModel {
  static table = 'teams'

  @column()
  declare name: string
}
