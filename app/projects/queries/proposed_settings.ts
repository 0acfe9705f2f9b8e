import { detect } from '#engine/detect/detect'
import { type Proposal, type Proposals } from '#engine/detect/proposals'
import { readFiles } from '#engine/deploy/known_files'
import { runtimes } from '#app/projects/models/project'
import type Run from '#app/runs/models/run'
import type { TemplateSettings } from '#app/projects/templates'

export interface ProposedSettings {
  /** What the repository is, in words; null when nothing speaks for anything. */
  what: string | null
  /** For the form. */
  settings: Partial<TemplateSettings>
  /** Why, by what it is a proposal for. */
  reasons: { label: string; value: string; reason: string }[]
  /** What is found and the form has no field for. */
  notes: { label: string; value: string; reason: string }[]
  /** What to see to by hand. */
  remarks: string[]
  /** Directories that could be deployed by themselves. */
  directories: { path: string; what: string }[]
}

/**
 * What a reading of a repository proposes for a project of it; null when nothing was read.
 */
export function proposedSettings(
  run: Pick<Run, 'results'> | null,
  directory: string | null
): ProposedSettings | null {
  const files = run && readFiles(run.results)
  if (!files) return null
  const { proposals, directories } = detect(files, directory ?? '.')
  if (proposals === null) {
    return { what: null, settings: {}, reasons: [], notes: [], remarks: [], directories }
  }
  return { what: proposals.what, directories, remarks: proposals.notes ?? [], ...split(proposals) }
}

function split(found: Proposals) {
  const runtime = runtimes.find((name) => name === found.runtime.value)
  const commands = [found.install, found.build].filter((each) => each !== undefined)
  const settings: Partial<TemplateSettings> = {
    ...(runtime && { runtime }),
    ...(commands.length > 0 && { buildCommands: commands.map(({ value }) => value).join('\n') }),
    ...(found.start && { startCommand: found.start.value }),
    ...(found.publicDirectory && { publicDirectory: found.publicDirectory.value }),
    ...(found.healthPath && { healthPath: found.healthPath.value }),
  }
  const row = (label: string, each: Proposal | undefined) => (each ? [{ label, ...each }] : [])
  return {
    settings,
    reasons: [
      ...(runtime ? row('Runtime', found.runtime) : []),
      ...row('Install', found.install),
      ...row('Build', found.build),
      ...row('Start', found.start),
      ...row('Public directory', found.publicDirectory),
      ...row('Health check', found.healthPath),
    ],
    notes: [
      ...(runtime ? [] : row('Runtime', found.runtime)),
      ...row('Version', found.version),
      ...row('Migrations', found.migrations),
      ...(found.shared ?? []).flatMap((each) => row('Shared', each)),
      ...(found.processes ?? []).map(({ name, command, reason }) => ({
        label: `Process ${name}`,
        value: command,
        reason,
      })),
    ],
  }
}
