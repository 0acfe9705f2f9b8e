import { urlFor } from '@adonisjs/core/services/url_builder'
import type { Entry, Target } from '#app/palette/entries'
import { occur } from '#app/palette/words'
import type { Scope } from '#app/teams/scope'

interface Command {
  label: string
  words: string
  icon: string
  target(): Target
}

function switches({ teamId, teams }: Scope): Command[] {
  return teams
    .filter(({ id }) => id !== teamId)
    .map(({ id, name }) => ({
      label: `Switch to ${name}`,
      words: 'team change',
      icon: SWITCH_ICON,
      target: () => ({ method: 'POST', action: urlFor('team_switches.store', { id }) }),
    }))
}

const browser = (command: string) => () => ({ command })

const commands: readonly Command[] = [
  {
    label: 'Light theme',
    words: 'appearance colours bright day mode',
    icon: 'sun',
    target: browser('theme:light'),
  },
  {
    label: 'Dark theme',
    words: 'appearance colours night mode',
    icon: 'moon',
    target: browser('theme:dark'),
  },
  {
    label: 'Theme of the system',
    words: 'appearance colours automatic mode',
    icon: 'monitor',
    target: browser('theme:system'),
  },
  {
    label: 'Keyboard shortcuts',
    words: 'keys help',
    icon: 'keyboard',
    target: browser('shortcuts'),
  },
  {
    label: 'Log out',
    words: 'logout sign off leave exit',
    icon: 'log-out',
    target: () => ({ method: 'POST', action: urlFor('session.destroy') }),
  },
]

const SWITCH_ICON = 'arrow-left-right'

/**
 * The icons of the commands, by Lucide's names.
 */
export function commandIcons(): string[] {
  return [SWITCH_ICON, ...commands.map(({ icon }) => icon)]
}

/**
 * What anyone may do at any time and that answers to the words: go over to another of their
 * teams, and what the panel itself offers.
 */
export function findCommands(scope: Scope, words: readonly string[]): Entry[] {
  return [...switches(scope), ...commands]
    .filter((command) => occur(words, command.label, command.words))
    .map(({ label, icon, target }) => ({ label, detail: null, icon, ...target() }))
}
