import hash from '@adonisjs/core/services/hash'
import { column } from '@adonisjs/lucid/orm'
import { compose } from '@adonisjs/core/helpers'
import { withAuthFinder } from '@adonisjs/auth/mixins/lucid'
import { UlidModel } from '#app/core/database/ulid_model'

export default class User extends compose(UlidModel, withAuthFinder(hash)) {
  static table = 'users'

  @column()
  declare email: string

  @column()
  declare fullName: string

  @column({ serializeAs: null })
  declare password: string

  get initials() {
    const words = this.fullName.trim().split(/\s+/)
    const letters = words.length > 1 ? [words[0], words.at(-1)!] : [words[0]]
    return letters.map((word) => [...word][0]?.toUpperCase() ?? '').join('')
  }
}
