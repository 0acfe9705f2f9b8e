import { refuse } from '#app/core/exceptions/refusal'
import Placement, { addressOf } from '#app/projects/models/placement'
import Project from '#app/projects/models/project'

/**
 * Checks that no other project of these servers is served under the same name and port.
 *
 * @param serverIds the servers that answer visitors
 * @param exceptId the project that may have it
 * @throws a refusal for the field `domain`
 */
export async function assertAddressIsFree(
  serverIds: readonly string[],
  served: { domain: string; listenPort: number },
  exceptId?: string
) {
  const taken = Placement.acrossTeams()
    .select('project_id')
    .whereIn('server_id', [...serverIds])
    .where('address', addressOf(served))
  const other = await Project.acrossTeams()
    .whereIn('id', taken)
    .if(exceptId, (query) => query.whereNot('id', exceptId!))
    .first()
  if (other) {
    refuse('domain', `The project ${other.name} is served under this name and port already.`)
  }
}
