import { GROUP_SIZE } from '#app/palette/entries'
import { search } from '#app/palette/queries/searched'
import Script from '#app/scripts/models/script'
import type { Scope } from '#app/teams/scope'

/**
 * The scripts that answer to the words, best first; without words those saved last.
 */
export async function findScripts(scope: Scope, words: readonly string[], most = GROUP_SIZE) {
  const query = Script.within(scope)
  search(query, words, {
    texts: ['scripts.name', 'scripts.description'],
    ids: ['scripts.id'],
  })
  return query.orderBy('id', 'desc').limit(most)
}
