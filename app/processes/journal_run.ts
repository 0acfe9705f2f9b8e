import { compileScript, outlineOf } from '#engine/detached/script'
import { planJournal } from '#engine/processes/journal'
import Project from '#app/projects/models/project'
import type { RunHandler } from '#app/runs/run_handler'

/** How long a journal is followed. */
export const JOURNAL_SECONDS = 1800

/** How many lines of before are shown. */
const LINES = 300

/**
 * Runs that show what the processes of a project write.
 */
export const journalRun: RunHandler = {
  kind: 'project.journal',
  label: 'Journals of projects',

  async compile(run) {
    const { projectId, process } = run.input as { projectId: string; process: string | null }
    const project = await Project.within(run)
      .where('id', projectId)
      .preload('variables')
      .firstOrFail()
    const steps = planJournal(project.slug, process, { seconds: JOURNAL_SECONDS, lines: LINES })
    return {
      body: compileScript(steps, { nonce: run.nonce }),
      steps: outlineOf(steps),
      secrets: project.variables.map(({ value }) => value),
    }
  },

  lost: () => null,
}
