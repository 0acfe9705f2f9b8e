import { abilities } from '#app/teams/roles'
import type { Requirement } from '#start/authorization'

const STATES_OF_SIGN_IN: readonly Requirement[] = ['public', 'guest', 'signed-in']

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
    const requirement = requirements[route.name]
    if (!STATES_OF_SIGN_IN.includes(requirement) && !Object.hasOwn(abilities, requirement)) {
      problems.push(`${route.name} asks for the unknown ability "${requirement}"`)
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
