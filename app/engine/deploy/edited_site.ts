import { type DeployContext } from '#engine/deploy/context'
import { siteFunctions } from '#engine/deploy/steps/site'
import { type Command, script, sh } from '#engine/shell/command'

/** How much of a difference is shown, in bytes. */
const MOST = 60_000

/** A site as somebody edited it by hand. The difference comes from the server: show it as text. */
export interface EditedSite {
  /** Of the file as it is now: what a decision is about. */
  checksum: string
  difference: string
}

/** Reads whether the site of a project was edited by hand; `parseEditedSite` reads the answer. */
export function readEditedSite(context: DeployContext): Command {
  const { site } = context.layout
  const look = sh`${siteFunctions(context)}
if [ -e ${site} ] && edited_site ${site}; then
  checksum < ${site}
  diff -u --label 'as Muster writes it' --label 'as it is on the server' <(fresh_site) ${site} | head -c ${MOST}
fi
true`
  return sh`bash -c ${script(look)}`
}

/** What `readEditedSite` printed; null for a site that is as Muster left it. */
export function parseEditedSite(text: string): EditedSite | null {
  const [, checksum, difference] = /^([0-9a-f]{64})\n([^]*)$/.exec(text) ?? []
  return checksum === undefined ? null : { checksum, difference }
}
