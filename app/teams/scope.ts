import type { TeamScope } from '#app/core/database/tenant_model'
import { roleCan, type Ability, type Role } from '#app/teams/roles'

/**
 * Who acts, for which team, with which role. Every request of a signed-in person carries one as
 * `ctx.scope`, and every query of a team's things takes it.
 */
export class Scope implements TeamScope {
  readonly userId: string
  readonly teamId: string
  readonly teamName: string
  readonly role: Role

  constructor(values: { userId: string; teamId: string; teamName: string; role: Role }) {
    this.userId = values.userId
    this.teamId = values.teamId
    this.teamName = values.teamName
    this.role = values.role
  }

  /**
   * Whether the person's role carries the ability.
   */
  can(ability: Ability): boolean {
    return roleCan(this.role, ability)
  }
}

declare module '@adonisjs/core/http' {
  interface HttpContext {
    scope: Scope
  }
}
