import { DateTime } from 'luxon'
import { Secret } from '#engine/shell/secret'
import Membership from '#app/teams/models/membership'
import Team from '#app/teams/models/team'
import { Scope } from '#app/teams/scope'
import User from '#app/users/models/user'
import Server from '#app/servers/models/server'
import type { Host } from '#tests/fleet/host'

let count = 0

/**
 * A new person who owns a new team.
 */
export async function createOwner() {
  const number = ++count
  const user = await User.create({
    fullName: `Owner ${number}`,
    email: `owner-${number}-${Date.now()}@example.com`,
    password: 'a long enough password',
  })
  const team = await Team.create({ name: `Team ${number}` })
  await Membership.create({ userId: user.id, teamId: team.id, role: 'owner' })
  const scope = new Scope({
    userId: user.id,
    userName: user.fullName,
    teamId: team.id,
    teamName: team.name,
    role: 'owner',
  })
  return { user, team, scope }
}

/**
 * The row of a connected server for a host of the fleet.
 */
export function connectedServer(scope: Scope, host: Host, values: Partial<Server> = {}) {
  return Server.create({
    teamId: scope.teamId,
    name: host.name,
    host: host.address,
    port: host.port,
    username: host.username,
    status: 'reachable',
    statusSince: DateTime.utc(),
    privateKey: new Secret(host.privateKey),
    publicKey: host.publicKey,
    offeredHostKey: null,
    hostKeys: [host.hostKey],
    ...values,
  })
}
