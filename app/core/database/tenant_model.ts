import { column } from '@adonisjs/lucid/orm'
import type {
  LucidModel,
  ModelAdapterOptions,
  ModelQueryBuilderContract,
} from '@adonisjs/lucid/types/model'
import { UlidModel } from '#app/core/database/ulid_model'

/**
 * The only things of a team that a scope sees. A granted server brings what runs on it.
 */
export interface Restriction {
  readonly serverIds: readonly string[]
  readonly projectIds: readonly string[]
}

/**
 * On whose behalf a query runs.
 */
export interface TeamScope {
  readonly teamId: string
  readonly restriction?: Restriction | null
}

/** A part of a query that a model's `restrict` narrows. */
export type RestrictedQuery = ModelQueryBuilderContract<LucidModel>

/**
 * Base of everything a team owns. A query cannot be made without saying whose rows it may see:
 * `within(scope)` for people's requests, `acrossTeams()` for the machinery (workers, schedulers)
 * that acts for all of them. Every other road (`find`, `query`, `all`, …) throws. Under a
 * restriction a model shows what its `restrict` allows, which is nothing until it says more.
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
    query.where(`${this.table}.team_id`, scope.teamId)
    if (scope.restriction) {
      const model = this as unknown as typeof TenantModel
      query.where((visible) => model.restrict(visible, scope.restriction!))
    }
    return query
  }

  /**
   * Narrows a query to the rows that a restricted scope may see.
   */
  static restrict(query: RestrictedQuery, _: Restriction): void {
    query.whereRaw('1 = 0')
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
