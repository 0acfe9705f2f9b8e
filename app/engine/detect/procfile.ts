import { type Directory } from '#engine/detect/files'
import { type ProposedProcess } from '#engine/detect/proposals'

/** How many processes are taken from a Procfile. */
const MOST = 20

/**
 * The processes of a Procfile: lines of a name, a colon and a command. A line that is out of that
 * form, or holds what no terminal should see, is left out.
 */
export function readProcfile(files: Directory): ProposedProcess[] {
  const found = new Map<string, ProposedProcess>()
  for (const line of files.text('Procfile').split(/\r?\n/, 500)) {
    const [, name, command] = /^([A-Za-z][A-Za-z0-9_-]{0,39}):[ \t]*(\S.{0,1999})$/.exec(line) ?? []
    if (name === undefined || /[\p{Cc}\p{Cf}\uFFFD]/u.test(command)) continue
    if (found.size < MOST) {
      found.set(name, { name, command: command.trimEnd(), reason: 'The Procfile names it' })
    }
  }
  return [...found.values()]
}
