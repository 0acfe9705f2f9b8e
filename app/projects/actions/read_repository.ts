import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import ProjectDraft from '#app/projects/models/project_draft'
import { READING } from '#app/projects/reading_run'
import CreateRun from '#app/runs/actions/create_run'
import Run from '#app/runs/models/run'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/** How long a reading may take, in seconds. */
const DEADLINE_SECONDS = 300

/**
 * Has the server of a draft read its repository, which shows whether it is let in at all. One that
 * is under way is not begun a second time.
 */
@inject()
export default class ReadRepository {
  readonly #createRun: CreateRun

  constructor(createRun: CreateRun) {
    this.#createRun = createRun
  }

  handle(scope: Scope, draft: ProjectDraft): Promise<Run> {
    return db.transaction(async (trx) => {
      const client = { client: trx }
      const row = await ProjectDraft.within(scope, client)
        .where('id', draft.id)
        .forUpdate()
        .firstOrFail()
      const former = row.readingRunId
        ? await Run.within(scope, client).where('id', row.readingRunId).first()
        : null
      if (former?.isOpen) return former
      const server = await Server.within(scope, client).where('id', row.serverId).firstOrFail()
      const run = await this.#createRun.handle(
        scope,
        {
          server,
          kind: READING,
          title: `Read the repository ${row.name}`,
          input: { draftId: row.id },
          deadlineSeconds: DEADLINE_SECONDS,
        },
        trx
      )
      await row.useTransaction(trx).merge({ readingRunId: run.id }).save()
      await recordActivity(
        scope.origin,
        {
          action: 'project_draft.read',
          subject: row.asSubject,
          details: { server: server.name },
          runs: [run.id],
        },
        trx
      )
      return run
    })
  }
}
