import { readRepositoryUrl } from '#engine/system/grammar'
import { gitHostOf } from '#app/projects/git_hosts'
import type ProjectDraft from '#app/projects/models/project_draft'
import { phpVersions } from '#app/projects/php_versions'
import ProjectTemplate from '#app/projects/models/project_template'
import { proposedSettings } from '#app/projects/queries/proposed_settings'
import { slugFor } from '#app/projects/repository_name'
import { readyTemplates } from '#app/projects/templates'
import { runPage } from '#app/runs/queries/run_page'
import type { Scope } from '#app/teams/scope'

/** Where deploy keys are added, by host: the way through its pages, and what stands in the address. */
const KEY_PAGES: Record<string, { words: string; page: string }> = {
  'github.com': {
    words: 'Settings, Deploy keys, Add deploy key. Leave "Allow write access" off.',
    page: 'settings/keys/new',
  },
  'gitlab.com': {
    words: 'Settings, Repository, Deploy keys, Add new key. Leave write permissions off.',
    page: '-/settings/repository',
  },
  'bitbucket.org': {
    words: 'Repository settings, Access keys, Add key.',
    page: 'admin/access-keys/',
  },
  'codeberg.org': {
    words: 'Settings, Deploy keys, Add deploy key. Leave write access off.',
    page: 'settings/keys',
  },
}

/**
 * What the page of a project that is only begun shows: what opens its repository, and how its
 * latest reading went.
 *
 * @param draft with its server and its reading
 */
export async function draftPage(draft: ProjectDraft) {
  const gitHost = await gitHostOf(draft)
  const { reading } = draft
  return {
    draft,
    server: draft.server,
    gitHost,
    keyPage: gitHost && keyPageOf(draft.repositoryUrl),
    needs: {
      preparation: draft.server.preparedAt === null,
      gitHost: gitHost !== null && gitHost.hostKeys.length === 0 ? gitHost : null,
    },
    reading: reading && (await runPage(reading)),
    proposed: proposedSettings(reading, draft.sourceDirectory),
  }
}

/**
 * What the form for the settings of a project that is only begun is filled with: a template, or
 * what was read, and what goes without saying.
 */
export async function settingsOfDraft(scope: Scope, draft: ProjectDraft, asked: unknown) {
  const proposed = proposedSettings(draft.reading, draft.sourceDirectory)
  const own = await ProjectTemplate.within(scope).orderBy('name')
  const templates = [...readyTemplates, ...own].map(({ id, name, settings }) => ({
    ...{ id, name, settings },
  }))
  const chosenTemplate = templates.find(({ id }) => id === asked) ?? null
  const slug = slugFor(draft.name)
  return {
    ...{ draft, server: draft.server, proposed, templates, chosenTemplate },
    phpVersions: phpVersions([draft.server]),
    values: {
      ...{ name: draft.name, slug },
      ...(chosenTemplate?.settings ?? proposed?.settings),
    },
  }
}

function keyPageOf(repositoryUrl: string) {
  const address = readRepositoryUrl(repositoryUrl)
  const host = address?.host.toLowerCase() ?? ''
  const known = Object.hasOwn(KEY_PAGES, host) ? KEY_PAGES[host] : null
  if (!address || !known) return null
  const path = address.path
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
  return { host, words: known.words, href: `https://${host}/${path}/${known.page}` }
}
