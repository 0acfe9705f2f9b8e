import { explainFailure } from '#engine/deploy/explain_failure'
import { compileReading, planReading } from '#engine/deploy/read_repository'
import { outlineOf } from '#engine/detached/script'
import ProjectDraft from '#app/projects/models/project_draft'
import { sourceOf } from '#app/projects/repository_source'
import type { RunHandler } from '#app/runs/run_handler'

export const READING = 'repository.read'

/**
 * Runs that read a repository before there is a project of it.
 */
export const readingRun: RunHandler = {
  kind: READING,
  label: 'Readings of repositories',

  async compile(run) {
    const draft = await ProjectDraft.within(run)
      .where('id', String(run.input.draftId))
      .firstOrFail()
    const plan = planReading({ source: await sourceOf(draft), id: run.id })
    return {
      body: compileReading(plan, { nonce: run.nonce }),
      steps: outlineOf(plan.steps),
      secrets: plan.secrets,
    }
  },

  explain(_, end) {
    const words = explainFailure({
      step: end.failedStep?.name ?? null,
      rc: end.exitCode,
      tail: end.tail,
    })
    return { ...words, command: words.command ?? end.failedCommand }
  },

  lost: () => null,
}
