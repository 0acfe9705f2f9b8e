import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import type Project from '#app/projects/models/project'
import ProjectProcess from '#app/projects/models/project_process'

export type ProcessInput = Pick<
  ProjectProcess,
  'command' | 'instances' | 'memoryMegabytes' | 'cpuPercent' | 'restart' | 'graceSeconds'
>

/** The most processes a project may have. */
const MOST = 20

/**
 * Adds a process to a project or changes how it runs. The server hears of it with the next deployment,
 * or when the change is applied.
 *
 * @throws a refusal for `name` or `command`
 */
@inject()
export default class KeepProcess {
  async add(origin: Origin, project: Project, name: string, input: ProcessInput): Promise<void> {
    assertCommand(project, name, input.command)
    const others = await ProjectProcess.within(project).where('project_id', project.id)
    if (others.length >= MOST) refuse('name', `A project has ${MOST} processes at most.`)
    const row = new ProjectProcess().merge({ teamId: project.teamId, projectId: project.id, name })
    await this.#save(origin, project, row, input, 'process.added').catch((error) => {
      if (!isUniqueViolation(error)) throw error
      refuse('name', 'The project has a process of this name already.')
    })
  }

  async change(origin: Origin, project: Project, row: ProjectProcess, input: ProcessInput) {
    assertCommand(project, row.name, input.command)
    await this.#save(origin, project, row, input, 'process.updated')
  }

  #save(
    origin: Origin,
    project: Project,
    row: ProjectProcess,
    input: ProcessInput,
    action: 'process.added' | 'process.updated'
  ) {
    return db.transaction(async (trx) => {
      await row.useTransaction(trx).merge(input).save()
      const details = { process: row.name, instances: row.instances }
      await recordActivity(origin, { action, subject: project.asSubject, details }, trx)
    })
  }
}

/** Where it stands follows from the project: `web` has it there, with a Procfile all have it there. */
function assertCommand(project: Project, name: string, command: string | null) {
  if (name === 'web' && project.runtime === 'static') {
    refuse('name', 'nginx answers for this project: it has no process web.')
  }
  const elsewhere = name === 'web' || project.processesFrom === 'procfile'
  if (elsewhere && command) {
    const where = name === 'web' ? 'in the settings of the project' : 'in the Procfile'
    refuse('command', `The command of ${name} stands ${where}.`)
  }
  if (!elsewhere && !command?.trim()) refuse('command', 'Give the command that runs.')
}
