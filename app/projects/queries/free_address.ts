import { refuse } from '#app/core/exceptions/refusal'
import Project from '#app/projects/models/project'

/**
 * Checks that no other project of the server is served under the same name and port.
 *
 * @param exceptId the project that may have it
 * @throws a refusal for the field `domain`
 */
export async function assertAddressIsFree(
  serverId: string,
  { domain, listenPort }: { domain: string; listenPort: number },
  exceptId?: string
) {
  const other = await Project.acrossTeams()
    .where({ serverId, domain, listenPort })
    .if(exceptId, (query) => query.whereNot('id', exceptId!))
    .first()
  if (other) {
    refuse('domain', `The project ${other.name} is served under this name and port already.`)
  }
}
