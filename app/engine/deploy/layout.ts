import { candidateFile, liveFile, siteFile } from '#engine/system/nginx'
import { type DeployInput } from '#engine/deploy/input'
import { unitPrefix } from '#engine/processes/units'

/** The two places an instance of a process can run in: one is live, the other takes the next release. */
export const SLOTS = ['a', 'b'] as const
export type Slot = (typeof SLOTS)[number]

/** Where everything of a deployment is on the server. */
export interface Layout {
  /** Root's own; holds all that follows but `keys` and `site`. */
  base: string
  /** Bare mirror of the repository, of the project's user. */
  repository: string
  releases: string
  release: string
  /** Root's own notes about the release: its environment, its scripts, its marks. */
  meta: string
  shared: string
  home: string
  /** Symbolic link to the release that is live. */
  current: string
  /** Id of the project that the directory belongs to. */
  owner: string
  lock: string
  /** The key and the known hosts while they are needed; in memory only. */
  keys: string
  /** The site: its name, its port, how it is served. */
  site: string
  /** Which release is live, and where it answers. */
  live: string
  /** A site on a local port, while a release is checked that only nginx can ask. */
  candidate: string
  /** Site, live and workers as they were before, while a deployment may have to put them back. */
  former: string
}

export function layoutOf({ project, releaseId }: DeployInput): Layout {
  const base = `/srv/muster/${project.slug}`
  return {
    base,
    repository: `${base}/repo.git`,
    releases: `${base}/releases`,
    release: `${base}/releases/${releaseId}`,
    meta: `${base}/meta/${releaseId}`,
    shared: `${base}/shared`,
    home: `${base}/home`,
    current: `${base}/current`,
    owner: `${base}/.project`,
    lock: `${base}/lock`,
    keys: `/run/muster/${releaseId}`,
    site: siteFile(project.slug),
    live: liveFile(project.slug),
    candidate: candidateFile(project.slug),
    former: `${base}/former`,
  }
}

/** Where php of this slot is asked (a directory that the unit makes before it starts). */
export function phpSocket(slug: string, slot: Slot): string {
  return `/run/${unitPrefix(slug)}-${slot}/php.sock`
}

export function portOf(appPort: number, slot: Slot): number {
  return slot === 'a' ? appPort : appPort + 1
}
