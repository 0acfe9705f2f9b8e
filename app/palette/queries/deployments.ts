import { urlFor } from '@adonisjs/core/services/url_builder'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import { deploymentStateLooks } from '#app/deployments/states'
import { GROUP_SIZE, icons, type Entry } from '#app/palette/entries'
import { isPartOfId, keepMatches } from '#app/palette/queries/searched'
import { withoutVerb } from '#app/palette/verbs'
import Project from '#app/projects/models/project'
import type { Scope } from '#app/teams/scope'

/** What every deployment is called, so that it says nothing about one of them. */
const KIND = { words: ['deployments', 'rollback'], fillers: ['back', 'of', 'to'] }

/**
 * The latest deployments that answer to the words: by their project, their commit and its
 * subject, their id. They are found by their releases, whose rows are small and alone.
 */
export async function findDeployments(scope: Scope, words: readonly string[]) {
  const releases = Release.within(scope)
    .select('releases.id')
    .orderBy('releases.id', 'desc')
    .limit(GROUP_SIZE)
  keepMatches(releases, withoutVerb(words, KIND), {
    texts: ['releases.commit_subject'],
    commits: ['releases.commit'],
    reference: {
      column: 'releases.project_id',
      matching: (word) => projectsNamed(scope, word),
    },
  })
  const found = await releases
  const ids = found.map(({ id }) => id)
  return Deployment.within(scope)
    .where((either) => {
      either.whereIn('deployments.release_id', ids)
      if (words.length === 1 && isPartOfId(words[0])) {
        either.orWhere('deployments.id', 'like', `%${words[0].toUpperCase()}%`)
      }
    })
    .preload('release')
    .orderBy('deployments.id', 'desc')
    .limit(GROUP_SIZE)
}

function projectsNamed(scope: Scope, word: string) {
  const projects = Project.within(scope).select('projects.id')
  keepMatches(projects, [word], { texts: ['projects.name', 'projects.slug', 'projects.domain'] })
  return projects
}

/**
 * A deployment as a line of the palette.
 */
export function deploymentEntry(deployment: Deployment): Entry {
  return {
    label: deployment.title,
    note: deployment.release.commitSubject,
    detail: deployment.release.shortCommit,
    icon: icons.deployment,
    at: deployment.createdAt.toISO(),
    state: deploymentStateLooks[deployment.state],
    href: urlFor('deployments.show', { projectId: deployment.projectId, id: deployment.id }),
  }
}
