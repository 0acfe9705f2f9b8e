import { isPhpVersion } from '#engine/system/grammar'
import { serverNames } from '#app/projects/server_names'
import type Server from '#app/servers/models/server'

/** What the Debian and Ubuntu releases that are still kept up bring. */
const SHIPPED = ['8.4', '8.3', '8.2', '8.1', '7.4']

/**
 * The versions of PHP to choose from, newest first, as a field takes them: those that the servers
 * have, as they said last, those that distributions bring, and the one that is chosen already.
 */
export function phpVersions(
  servers: readonly Pick<Server, 'name' | 'facts'>[],
  chosen?: string | null
): { value: string; label: string }[] {
  const on = new Map<string, string[]>()
  for (const { name, facts } of servers) {
    const versions = (facts?.versions?.php ?? '').split(', ').filter(isPhpVersion)
    for (const version of versions) on.set(version, [...(on.get(version) ?? []), name])
  }
  const known = new Set([...on.keys(), ...SHIPPED, ...(chosen ? [chosen] : [])])
  return [...known].sort(newestFirst).map((value) => {
    const names = on.get(value) ?? []
    return { value, label: names.length > 0 ? `${value}, on ${serverNames(names)}` : value }
  })
}

function newestFirst(one: string, other: string): number {
  return other.localeCompare(one, 'en', { numeric: true })
}
