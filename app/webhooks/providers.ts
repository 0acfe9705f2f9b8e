/** Who may announce pushes, and what people know them by. */
export const providers = ['github', 'gitea', 'gitlab', 'bitbucket', 'plain'] as const

export type Provider = (typeof providers)[number]

export const providerLabels: Record<Provider, string> = {
  github: 'GitHub',
  gitea: 'Gitea or Forgejo',
  gitlab: 'GitLab',
  bitbucket: 'Bitbucket',
  plain: 'Something else, such as CI',
}

/** Where the host of a repository says which it is; Codeberg runs Forgejo. */
const HOSTS: readonly (readonly [RegExp, Provider])[] = [
  [/(^|\.)github\./, 'github'],
  [/(^|\.)gitlab\./, 'gitlab'],
  [/(^|\.)bitbucket\./, 'bitbucket'],
  [/(^|\.)(gitea|forgejo|codeberg)\./, 'gitea'],
]

/**
 * The provider that a repository's address suggests.
 *
 * @param host the name of the git host
 */
export function suggestProvider(host: string | null): Provider {
  const found = HOSTS.find(([form]) => form.test(host ?? ''))
  return found?.[1] ?? 'plain'
}
