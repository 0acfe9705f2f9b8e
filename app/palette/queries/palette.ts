import type { Asker, Entry, Group } from '#app/palette/entries'
import { findPages } from '#app/palette/pages'
import { findActions, nameOnlyAVerb } from '#app/palette/queries/actions'
import { deploymentEntry, findDeployments } from '#app/palette/queries/deployments'
import { findProjects, projectEntry } from '#app/palette/queries/projects'
import { findRuns, runEntry } from '#app/palette/queries/runs'
import { findServers, serverEntry } from '#app/palette/queries/servers'
import { rank, ranked, wordsOf } from '#app/palette/words'

/**
 * Everything that answers to a text and that the person may see or do, in groups, the group with
 * the best answer first. Without a text: pages, the projects deployed last, the latest runs.
 */
export async function palette(asker: Asker, text: string): Promise<Group[]> {
  const words = wordsOf(text)
  if (words === null) return []
  if (words.length === 0) return overview(asker)
  const { scope } = asker
  const [projects, servers, actions, deployments, runs] = await Promise.all([
    findProjects(scope, words),
    findServers(scope, words),
    findActions(scope, words),
    findDeployments(scope, words),
    findRuns(scope, words),
  ])
  const groups = [
    { label: 'Pages', entries: findPages(asker, words) },
    { label: 'Projects', entries: projects.map(projectEntry) },
    { label: 'Servers', entries: servers.map(serverEntry) },
    { label: 'Actions', entries: actions },
    { label: 'Deployments', entries: deployments.map(deploymentEntry) },
    { label: 'Runs', entries: runs.map(runEntry) },
  ].filter(({ entries }) => entries.length > 0)
  return ranked(groups, (group) => rankOf(group, words), groups.length)
}

async function overview(asker: Asker): Promise<Group[]> {
  const [projects, runs] = await Promise.all([
    findProjects(asker.scope, []),
    findRuns(asker.scope, []),
  ])
  return [
    { label: 'Pages', entries: findPages(asker, []) },
    { label: 'Projects', entries: projects.map(projectEntry) },
    { label: 'Recent runs', entries: runs.map(runEntry) },
  ].filter(({ entries }) => entries.length > 0)
}

/** A bare verb is answered last: the Enter that follows it must not act on a guess. */
function rankOf({ label, entries }: Group, words: readonly string[]): number {
  if (label === 'Actions' && nameOnlyAVerb(words)) return Infinity
  return Math.min(...entries.map((entry: Entry) => rank(entry.label, words)))
}
