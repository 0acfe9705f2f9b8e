import { type ScriptStep } from '#engine/detached/script'
import { isProcessName, WEB } from '#engine/processes/settings'
import { unitPrefix } from '#engine/processes/units'
import { sh } from '#engine/shell/command'
import { assertForm } from '#engine/system/grammar'

/**
 * Plans following what the processes of a project write, from its last lines on, for so long
 * (journalctl(1)).
 *
 * @param process one of them; null for all
 * @throws GrammarError for a value out of its form.
 */
export function planJournal(
  slug: string,
  process: string | null,
  { seconds, lines }: { seconds: number; lines: number }
): ScriptStep[] {
  const prefix = unitPrefix(slug)
  const name = process === null ? null : assertForm(isProcessName, process, 'The process')
  const web = [`${prefix}-[ab].service`, `${prefix}-[ab].[0-9]*.service`]
  const others = [name ? `${prefix}.${name}.[0-9]*.service` : `${prefix}.[a-z]*.[0-9]*.service`]
  const patterns = name === WEB ? web : name ? others : [...web, ...others]
  const units = patterns.map((pattern) => `--unit=${pattern}`)
  return [
    {
      name: 'journal',
      title: 'Follow the journal',
      commands: [
        {
          label: `journalctl --follow ${units.join(' ')}`,
          command: sh`timeout --signal=INT ${seconds} journalctl --no-pager --quiet --follow --output=short-iso --no-hostname --lines=${lines} ${units} || [ "$?" = 124 ]
printf 'The journal was followed for %s minutes. Open it again to go on.\\n' ${Math.round(seconds / 60)}`,
        },
      ],
    },
  ]
}
