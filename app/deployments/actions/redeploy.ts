import { inject } from '@adonisjs/core'
import { refuse } from '#app/core/exceptions/refusal'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import type Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import { changedVariables } from '#app/deployments/queries/changed_variables'
import type Project from '#app/projects/models/project'
import type { Scope } from '#app/teams/scope'

/** How much of the names of variables goes on record. */
const NAMED = 120

/**
 * Deploys the live commit anew, so that builds and processes get the variables as they are now.
 *
 * @throws a refusal when nothing is live
 */
@inject()
export default class Redeploy {
  readonly #createDeployment: CreateDeployment

  constructor(createDeployment: CreateDeployment) {
    this.#createDeployment = createDeployment
  }

  async handle(scope: Scope, project: Project): Promise<Deployment> {
    const live = await Release.within(scope)
      .where('id', project.liveReleaseId ?? '')
      .first()
    if (!live?.commit) refuse('redeploy', 'Nothing is live yet. Deploy the project first.')
    const changed = await changedVariables(project, live.id)
    const by = namesOf(changed.map(({ key }) => key))
    return this.#createDeployment.deploy({ ...causeOf(scope), kind: 'variables', by }, project, {
      commit: live.commit,
      author: live.commitAuthor,
      subject: live.commitSubject,
    })
  }
}

/** As many whole names as there is room for. */
function namesOf(keys: readonly string[]): string | null {
  let names = keys.slice()
  const said = () => {
    const rest = keys.length - names.length
    return names.join(', ') + (rest > 0 ? ` and ${rest} more` : '')
  }
  while (said().length > NAMED) names = names.slice(0, -1)
  return said().trim() || null
}
