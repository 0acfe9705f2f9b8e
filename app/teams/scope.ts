import type { Actor, Origin } from '#app/activity/origin'
import type { Restriction, TeamScope } from '#app/core/database/tenant_model'
import { roleCan, type Ability, type Role } from '#app/teams/roles'

/** A team that a person belongs to. */
export interface OwnTeam {
  readonly id: string
  readonly name: string
  readonly role: Role
}

export interface ScopeValues {
  userId: string
  userName: string
  teamId: string
  teamName: string
  role: Role
  restriction?: Restriction | null
  /** All teams of the person; absent for API tokens, which have one. */
  teams?: readonly OwnTeam[]
  /** What the request's API token was given; absent for people. */
  token?: { id: string; name: string; abilities: readonly Ability[] } | null
  address?: string | null
  requestId?: string | null
}

/**
 * Who acts, for which team, with which role, by which means. Every request of a signed-in person
 * or of an API token carries one as `ctx.scope`, and every query of a team's things takes it.
 */
export class Scope implements TeamScope {
  readonly userId: string
  readonly teamId: string
  readonly teamName: string
  readonly role: Role
  /** What a restricted member or a token of one project sees; null for everything. */
  readonly restriction: Restriction | null
  /** The teams that the person can switch to, this one among them. */
  readonly teams: readonly OwnTeam[]
  /** As activity remembers it. */
  readonly origin: Origin
  readonly #tokenAbilities: readonly Ability[] | null

  constructor(values: ScopeValues) {
    this.userId = values.userId
    this.teamId = values.teamId
    this.teamName = values.teamName
    this.role = values.role
    this.restriction = values.restriction ?? null
    this.teams = values.teams ?? []
    this.#tokenAbilities = values.token?.abilities ?? null
    const { token, userId, userName, teamId } = values
    const actor: Actor = token
      ? { kind: 'token', id: token.id, name: `${token.name} of ${userName}` }
      : { kind: 'user', id: userId, name: userName }
    this.origin = {
      actor,
      teamId,
      address: values.address ?? null,
      requestId: values.requestId ?? null,
    }
  }

  /**
   * Whether the person's role carries the ability, and the token, when there is one, was given it.
   */
  can(ability: Ability): boolean {
    const given = this.#tokenAbilities === null || this.#tokenAbilities.includes(ability)
    return given && roleCan(this.role, ability)
  }

  /**
   * Whether one of the team's servers is among what the scope sees. A project can be granted
   * without the server it runs on, which is then a name and nothing to open.
   */
  seesServer(serverId: string): boolean {
    return this.restriction === null || this.restriction.serverIds.includes(serverId)
  }
}

declare module '@adonisjs/core/http' {
  interface HttpContext {
    scope: Scope
    /**
     * The scope as it would be found now, null when the request would not be let in any more: for
     * answers that go on. There for routes that ask for an ability.
     */
    scopeNow: () => Promise<Scope | null>
  }
}
