import { abilities } from '#app/teams/roles'
import type { Need, Requirement } from '#start/authorization'

const WITHOUT_TEAM: readonly Need[] = [
  ...(['public', 'guest', 'signature'] as const),
  ...(['signed-in', 'administrator'] as const),
]

/** Needs that nobody can prove to meet, so that no proof of them can be recent. */
const WITHOUT_PROOF: readonly Need[] = ['public', 'guest', 'signature']

/** Names of routes that take signatures begin with this. */
export const SIGNED_PREFIX = 'hooks.'

/** Names of routes that take API tokens begin with this. */
export const API_PREFIX = 'api.'

/**
 * Checks that routes and the authorisation table name exactly the same things.
 *
 * @throws when a route has no name, is missing from the table, or names an unknown ability
 */
export function assertRoutesAreAuthorized(
  routes: readonly { name?: string; pattern: string; methods: string[] }[],
  requirements: Record<string, Requirement>
) {
  const problems: string[] = []
  for (const route of routes) {
    const label = `${route.methods.join(',')} ${route.pattern}`
    if (!route.name) {
      problems.push(`${label} has no name`)
      continue
    }
    if (!Object.hasOwn(requirements, route.name)) {
      problems.push(`${label} (${route.name}) is missing from start/authorization.ts`)
      continue
    }
    const { need, recent } = requirements[route.name]
    if (!WITHOUT_TEAM.includes(need) && !Object.hasOwn(abilities, need)) {
      problems.push(`${route.name} asks for the unknown ability "${need}"`)
    }
    if (recent && WITHOUT_PROOF.includes(need)) {
      problems.push(`${route.name} asks for a recent proof of people who have given none`)
    }
    if (route.name.startsWith(SIGNED_PREFIX) !== (need === 'signature')) {
      problems.push(`${route.name}: routes that take signatures, and no others, begin with hooks.`)
    }
    if (route.name.startsWith(API_PREFIX) && !Object.hasOwn(abilities, need)) {
      problems.push(`${route.name} is for API tokens, which carry abilities and nothing else`)
    }
    if (route.name.startsWith(API_PREFIX) && recent) {
      problems.push(`${route.name} asks API tokens for what only people can prove`)
    }
  }
  const names = new Set(routes.map(({ name }) => name))
  for (const name of Object.keys(requirements)) {
    if (!names.has(name)) problems.push(`${name} stands in the table, but there is no such route`)
  }
  if (problems.length > 0) {
    throw new Error(`The authorisation table is not whole:\n  ${problems.join('\n  ')}`)
  }
}
