import { randomBytes } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Run from '#app/runs/models/run'
import { runEvents } from '#app/runs/run_events'
import type Server from '#app/servers/models/server'

/** On whose behalf a run is made: a scope, or a team alone when the panel acts by itself. */
export interface RunOwner {
  readonly teamId: string
  readonly userId: string | null
}

export interface NewRun {
  server: Server
  /** The project it is about, when it is about one. */
  projectId?: string
  kind: string
  title: string
  input: Record<string, unknown>
  deadlineSeconds: number
}

/**
 * Records a run as queued and wakes the workers when the row is there for them to see.
 */
export default class CreateRun {
  /**
   * @param trx the transaction in which the run's domain row is written, when it has one
   */
  async handle(scope: RunOwner, run: NewRun, trx?: TransactionClientContract): Promise<Run> {
    if (trx) {
      trx.after('commit', () => runEvents.wakeWorkers())
      return this.#insert(scope, run, trx)
    }
    const created = await db.transaction((client) => this.#insert(scope, run, client))
    runEvents.wakeWorkers()
    return created
  }

  #insert(scope: RunOwner, run: NewRun, client: TransactionClientContract): Promise<Run> {
    return Run.create(
      {
        teamId: scope.teamId,
        serverId: run.server.id,
        projectId: run.projectId ?? null,
        createdBy: scope.userId,
        kind: run.kind,
        title: run.title,
        input: run.input,
        nonce: randomBytes(16).toString('hex'),
        state: 'queued',
        results: {},
        deadlineSeconds: run.deadlineSeconds,
        fence: 0,
        attempt: 0,
        logSize: 0,
        remoteCheckpoint: 0,
        logCheckpoint: 0,
        cancelRequestedAt: null,
        startedAt: null,
        finishedAt: null,
      },
      { client }
    )
  }
}
