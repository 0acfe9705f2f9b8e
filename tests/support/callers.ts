import type { ApiRequest } from '@japa/api-client'
import type { AllowedSessionValues } from '@adonisjs/session/types'
import { DateTime } from 'luxon'
import { tokenAbilities } from '#app/api_tokens/abilities'
import { passwordTag } from '#app/auth/pending_sign_in'
import { SIGN_IN_KEY } from '#app/auth/signed_in_session'
import { roleCan, roles, type Ability, type Role } from '#app/teams/roles'
import type User from '#app/users/models/user'
import { hasParams, isApi, type CatalogueRoute } from '#tests/support/route_catalogue'
import { createSignIn } from '#tests/support/signed_in'
import {
  createBelongings,
  createMember,
  createProject,
  createTenant,
  createToken,
  createUser,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'

/**
 * What the authorisation table and the scope of queries make of a request: it passes, its caller
 * is asked to log in or to send a token, lacks a right (403), or does not see the thing (404).
 */
export type Verdict = 'passes' | 'log in' | 'send a token' | 'forbidden' | 'hidden'

/** Someone, or something, that sends a request to every route. */
export interface Caller {
  name: string
  /** Puts session or token on the request. */
  prepare(request: ApiRequest): void
  /** What must become of the request, whose parameters name things of `tenant.owner`. */
  verdict(route: CatalogueRoute): Verdict
}

/** Routes of things that are a person's own but not the owner's alone: teams one is a member of. */
const OF_MEMBERS = ['team_switches.store']

/** Routes of things that the whole team has, whatever is granted to a member: its scripts. */
const OF_THE_TEAM = ['scripts.show', 'script_runs.create', 'script_runs.store']

type NamedNeed = Exclude<CatalogueRoute['need'], Ability>
const withoutTeam: readonly string[] = [
  'public',
  'guest',
  'signature',
  'signed-in',
  'administrator',
] satisfies NamedNeed[]
const isAbility = (need: CatalogueRoute['need']): need is Ability => !withoutTeam.includes(need)

function isForStrangers(need: CatalogueRoute['need']): need is 'public' | 'guest' | 'signature' {
  return need === 'public' || need === 'guest' || need === 'signature'
}

/** What becomes of someone whom the panel takes for a stranger. */
function strangers(route: CatalogueRoute): Verdict {
  if (isApi(route)) return 'send a token'
  return isForStrangers(route.need) ? 'passes' : 'log in'
}

interface Person {
  role?: Role
  /** Whether the role is in the team whose things are asked for. */
  member?: boolean
  /** Sees none of the team's things. */
  restricted?: boolean
  administrator?: boolean
  /** Whether the person is the one whose own things are asked for. */
  self?: boolean
}

function people(route: CatalogueRoute, person: Person): Verdict {
  if (isApi(route)) return 'send a token'
  if (isForStrangers(route.need)) return 'passes'
  if (route.need === 'administrator') return person.administrator ? 'passes' : 'forbidden'
  if (route.need === 'signed-in') {
    if (!hasParams(route) || person.self) return 'passes'
    return person.member && OF_MEMBERS.includes(route.name) ? 'passes' : 'hidden'
  }
  if (!person.role || !roleCan(person.role, route.need)) return 'forbidden'
  if (!hasParams(route)) return 'passes'
  const sees = !person.restricted || OF_THE_TEAM.includes(route.name)
  return person.member && sees ? 'passes' : 'hidden'
}

interface Token {
  abilities: readonly Ability[]
  /** Whether it sees the things that are asked for. */
  sees: boolean
}

function tokens(route: CatalogueRoute, token: Token): Verdict {
  if (!isApi(route)) return strangers(route)
  if (!isAbility(route.need) || !token.abilities.includes(route.need)) return 'forbidden'
  return hasParams(route) && !token.sees ? 'hidden' : 'passes'
}

const asPerson = (name: string, user: User, person: Person): Caller => ({
  name,
  prepare: (request) => void request.loginAs(user),
  verdict: (route) => people(route, person),
})

const asStranger = (name: string, session: Record<string, AllowedSessionValues>): Caller => ({
  name,
  prepare: (request) => void request.withSession(session),
  verdict: strangers,
})

/**
 * Everyone who may call: strangers of each kind, people of each role, tokens of each scope. Things
 * asked for belong to the tenant's owner.
 */
export async function everyCaller(tenant: Tenant, belongings: Belongings): Promise<Caller[]> {
  const stranger = await createTenant()
  await createBelongings(stranger)
  const members = roles.map(async (role) => {
    const user = role === 'owner' ? tenant.owner : await createMember(tenant.team, role)
    return asPerson(`a member with the role ${role}`, user, {
      role,
      member: true,
      self: role === 'owner',
    })
  })
  return [
    asStranger('a stranger', {}),
    ...(await halfSignedIn(tenant)),
    asPerson('someone without a team', await createUser(), {}),
    asPerson('the owner of another team', stranger.owner, { role: 'owner' }),
    asPerson('an administrator of the panel', await createUser({ administrator: true }), {
      administrator: true,
    }),
    ...(await Promise.all(members)),
    asPerson('a restricted deployer', await createMember(tenant.team, 'deployer', true), {
      role: 'deployer',
      member: true,
      restricted: true,
    }),
    ...(await tokensOf(tenant, belongings, stranger)),
  ]
}

/** Those whose session is not, or no longer, one of a signed-in person. */
async function halfSignedIn({ team }: Tenant): Promise<Caller[]> {
  const member = await createMember(team, 'owner')
  const deactivated = await createMember(team, 'owner')
  await deactivated.merge({ deactivatedAt: DateTime.utc() }).save()
  const open = await createSignIn(deactivated)
  const ended = await createSignIn(member, { endedAt: DateTime.utc() })
  const foreign = await createSignIn(await createUser())
  const session = (user: User, signInId?: string) => ({
    auth_web: user.id,
    ...(signInId ? { [SIGN_IN_KEY]: signInId } : {}),
  })
  return [
    asStranger('someone who has yet to give the second factor', {
      pending_sign_in: {
        userId: member.id,
        at: Date.now(),
        method: 'password',
        passwordTag: passwordTag(member),
      },
    }),
    asStranger('someone deactivated', session(deactivated, open.id)),
    asStranger('a session that was ended', session(member, ended.id)),
    asStranger('a session with the sign-in of another', session(member, foreign.id)),
    asStranger('a session without a sign-in', session(member)),
  ]
}

async function tokensOf(tenant: Tenant, { server }: Belongings, stranger: Tenant) {
  const elsewhere = await createProject(tenant, server)
  const all: Ability[] = ['team.view', ...tokenAbilities]
  const token = async (
    name: string,
    { owner, team }: Tenant,
    scope: Token,
    projectId: string | null = null
  ): Promise<Caller> => {
    const { text } = await createToken(owner, team, { abilities: [...scope.abilities], projectId })
    return {
      name,
      prepare: (request) => void request.header('authorization', `Bearer ${text}`),
      verdict: (route) => tokens(route, scope),
    }
  }
  return Promise.all([
    token('a token for everything', tenant, { abilities: all, sees: true }),
    token('a token for nothing', tenant, { abilities: ['team.view'], sees: true }),
    token('a token of one project', tenant, { abilities: all, sees: false }, elsewhere.id),
    token('a token of another team', stranger, { abilities: all, sees: false }),
  ])
}
