import { findCommands } from '#app/palette/commands'
import { GROUP_SIZE, type Entry } from '#app/palette/entries'
import { projectVerbs } from '#app/palette/project_verbs'
import { findProjects } from '#app/palette/queries/projects'
import { findRuns } from '#app/palette/queries/runs'
import { findScripts } from '#app/palette/queries/scripts'
import { findServers } from '#app/palette/queries/servers'
import { runVerbs } from '#app/palette/run_verbs'
import { scriptVerbs } from '#app/palette/script_verbs'
import { serverVerbs } from '#app/palette/server_verbs'
import { withoutVerb, type Verb } from '#app/palette/verbs'
import { rank, ranked } from '#app/palette/words'
import type { Scope } from '#app/teams/scope'

type Find<Thing> = (scope: Scope, words: readonly string[], most: number) => Promise<Thing[]>

/** How many are shown: as many verbs as one thing of each kind can have. */
const MOST_ACTIONS = 8

/**
 * What the person may do that answers to the words, best first. Who names only a thing is offered
 * what can be done with the best match; who names a verb, that verb for every match.
 */
export async function findActions(scope: Scope, words: readonly string[]): Promise<Entry[]> {
  const entries = [
    ...(await offer(scope, words, projectVerbs, findProjects)),
    ...(await offer(scope, words, serverVerbs, findServers)),
    ...(await offer(scope, words, scriptVerbs, findScripts)),
    ...(await offer(scope, words, runVerbs, findRuns)),
    ...findCommands(scope, words),
  ]
  return ranked(entries, ({ label }) => rank(label, words), MOST_ACTIONS)
}

/**
 * Whether the words name nothing but a verb, so that what it would be done to is a guess.
 */
export function nameOnlyAVerb(words: readonly string[]): boolean {
  const verbs = [...projectVerbs, ...serverVerbs, ...scriptVerbs, ...runVerbs]
  return verbs.some((verb) => withoutVerb(words, verb).length === 0)
}

async function offer<Thing>(
  scope: Scope,
  words: readonly string[],
  verbs: readonly Verb<Thing>[],
  find: Find<Thing>
): Promise<Entry[]> {
  const found = new Map<string, Promise<Thing[]>>()
  const entries: Entry[] = []
  for (const verb of verbs.filter(({ ability }) => scope.can(ability))) {
    const rest = withoutVerb(words, verb)
    const isNamed = rest.length < words.length
    if (verb.onDemand && !isNamed) continue
    const key = rest.join(' ')
    if (!found.has(key)) found.set(key, find(scope, rest, GROUP_SIZE))
    const things = await found.get(key)!
    for (const thing of isNamed ? things : things.slice(0, 1)) {
      if ((await verb.isPossible?.(thing)) ?? true) entries.push(entryOf(verb, thing))
    }
  }
  return entries
}

function entryOf<Thing>(verb: Verb<Thing>, thing: Thing): Entry {
  return {
    label: verb.label(thing),
    detail: verb.detail?.(thing) ?? null,
    icon: verb.icon,
    ...verb.target(thing),
  }
}
