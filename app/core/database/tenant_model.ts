import { column } from '@adonisjs/lucid/orm'
import type {
  LucidModel,
  ModelAdapterOptions,
  ModelQueryBuilderContract,
} from '@adonisjs/lucid/types/model'
import { UlidModel } from '#app/core/database/ulid_model'

/**
 * On whose behalf a query runs.
 */
export interface TeamScope {
  readonly teamId: string
}

/**
 * Base of everything a team owns. A query cannot be made without saying whose rows it may see:
 * `within(scope)` for people's requests, `acrossTeams()` for the machinery (workers, schedulers)
 * that acts for all of them. Every other road (`find`, `query`, `all`, …) throws.
 */
export class TenantModel extends UlidModel {
  @column()
  declare teamId: string

  /**
   * A query that sees the rows of one team only.
   */
  static within<T extends LucidModel>(
    this: T,
    scope: TeamScope,
    options?: ModelAdapterOptions
  ): ModelQueryBuilderContract<T, InstanceType<T>> {
    this.boot()
    const query = this.$adapter.query(this, options) as ModelQueryBuilderContract<
      T,
      InstanceType<T>
    >
    return query.where(`${this.table}.team_id`, scope.teamId)
  }

  /**
   * A query over all teams. Never for a person's request.
   */
  static acrossTeams<T extends LucidModel>(
    this: T,
    options?: ModelAdapterOptions
  ): ModelQueryBuilderContract<T, InstanceType<T>> {
    this.boot()
    return this.$adapter.query(this, options) as ModelQueryBuilderContract<T, InstanceType<T>>
  }

  static query(): never {
    throw new Error(`${this.name} belongs to teams: use within(scope) or acrossTeams().`)
  }
}
