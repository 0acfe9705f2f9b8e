import { commandIcons } from '#app/palette/commands'
import { icons } from '#app/palette/entries'
import { pageIcons } from '#app/palette/pages'
import { projectVerbs } from '#app/palette/project_verbs'
import { runVerbs } from '#app/palette/run_verbs'
import { scriptVerbs } from '#app/palette/script_verbs'
import { serverVerbs } from '#app/palette/server_verbs'

/**
 * Every icon that an entry can have, each once: pages carry their drawings for the script.
 */
export function paletteIcons(): string[] {
  const verbs = [...projectVerbs, ...serverVerbs, ...scriptVerbs, ...runVerbs]
  const ofVerbs = verbs.map(({ icon }) => icon)
  return [...new Set([...Object.values(icons), ...pageIcons(), ...ofVerbs, ...commandIcons()])]
}
