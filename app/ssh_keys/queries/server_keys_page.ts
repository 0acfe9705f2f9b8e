import { fingerprint } from '#engine/ssh/host_key'
import { fingerprintOf } from '#app/ssh_keys/key_lines'
import type Server from '#app/servers/models/server'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import KeySighting from '#app/ssh_keys/models/key_sighting'
import PublicKey from '#app/ssh_keys/models/public_key'
import SshKey from '#app/ssh_keys/models/ssh_key'
import { installationsOf } from '#app/ssh_keys/queries/key_page'
import { expiryLook } from '#app/ssh_keys/expiry'
import type { Scope } from '#app/teams/scope'

/** Whose a key is that a server lets in. */
export interface KnownKey {
  name: string
  href: { route: string; id: string } | null
}

/**
 * The keys of a server: the one Muster logs in with, those it installed, and those it found when
 * it last looked, each with whose it is as far as known.
 */
export async function serverKeysPage(scope: Scope, server: Server) {
  const [shared, installations, sightings, rotating] = await Promise.all([
    SshKey.within(scope)
      .where('id', server.sshKeyId ?? '')
      .first(),
    installationsOf(scope).where('server_id', server.id),
    KeySighting.within(scope).where('server_id', server.id).orderBy('unix_user'),
    KeyRotationServer.within(scope).where('active_server_id', server.id).first(),
  ])
  const known = await knownKeys(scope, server)
  const login = fingerprintOf(server.publicKey)
  return {
    ...{ server, shared, installations, rotating },
    login: { fingerprint: login, type: server.publicKey.split(' ')[0] },
    expiry: shared && expiryLook(shared),
    sightings: sightings.map(({ unixUser, seenAt, found }) => ({
      ...{ unixUser, seenAt },
      ...{ state: found.state, unreadable: found.unreadable, cut: found.cut },
      keys: found.keys.map((key) => ({
        ...key,
        isLogin: unixUser === server.username && key.fingerprint === login,
        known: known.get(key.fingerprint) ?? null,
      })),
    })),
  }
}

async function knownKeys(scope: Scope, server: Server): Promise<Map<string, KnownKey>> {
  const [installed, people, pairs] = await Promise.all([
    installationsOf(scope).where('server_id', server.id),
    PublicKey.within({ teamId: scope.teamId }).preload('user'),
    SshKey.within({ teamId: scope.teamId }),
  ])
  const known = new Map<string, KnownKey>()
  for (const { fingerprint: print, name, ownerName } of installed) {
    known.set(print, { name: ownerName ? `${name} of ${ownerName}` : name, href: null })
  }
  for (const key of people) {
    const name = `${key.name} of ${key.user.fullName}`
    known.set(key.fingerprint, { name, href: { route: 'people_keys.show', id: key.id } })
  }
  for (const key of pairs) {
    const name = `Key pair ${key.name}`
    known.set(key.fingerprint, { name, href: { route: 'ssh_keys.show', id: key.id } })
  }
  const [type, key] = server.publicKey.split(' ')
  if (key && !server.sshKeyId) {
    known.set(fingerprint({ type, key }), { name: 'Login key of Muster', href: null })
  }
  return known
}
