import { readRepositoryUrl } from '#engine/system/grammar'

/**
 * What people call a repository: the last part of its address.
 */
export function nameOfRepository(repositoryUrl: string): string {
  const path = readRepositoryUrl(repositoryUrl)?.path.replace(/\/+$/, '') ?? ''
  const last = path.slice(path.lastIndexOf('/') + 1).replace(/\.git$/, '')
  return last.slice(0, 80) || 'repository'
}

/**
 * A short name for a project of that name, as a proposal; empty when none can be made of it.
 */
export function slugFor(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? []
  const slug = words
    .join('-')
    .replace(/^[0-9-]+/, '')
    .slice(0, 24)
  return slug.replace(/-+$/, '')
}

/**
 * Whether two addresses of repositories are of the same host and reached in the same way, so that
 * what opens one may be shown to the other.
 */
export function isSameHost(one: string, other: string): boolean {
  const [a, b] = [readRepositoryUrl(one), readRepositoryUrl(other)]
  return (
    a !== null &&
    b !== null &&
    a.protocol === b.protocol &&
    a.host.toLowerCase() === b.host.toLowerCase() &&
    a.port === b.port
  )
}
