import { all, type Command } from '#engine/shell/command'
import { directory, writeFile } from '#engine/system/files'

const DIRECTORY = '/etc/needrestart/conf.d'

export const SPARED_UNITS_PATH = `${DIRECTORY}/muster.conf`

export const SPARED_UNITS = `# Written by Muster: its runs, and what they deployed, are not restarted when libraries change.
$nrconf{override_rc}{qr(^muster-)} = 0;
`

/**
 * Keeps needrestart(1), where it is or will be, from Muster's units. It restarts what uses replaced
 * libraries: the very run that updates, which ends it, and all instances of a project at once.
 */
export function spareUnits(): Command {
  return all(
    directory(DIRECTORY, '0755'),
    writeFile(SPARED_UNITS_PATH, SPARED_UNITS, { mode: '0644' })
  )
}
