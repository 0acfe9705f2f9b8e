import type { DateTime } from 'luxon'
import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { generateKeyPair, generateRsaKeyPair } from '#engine/ssh/key_pair'
import { refuse } from '#app/core/exceptions/refusal'
import CreateRun from '#app/runs/actions/create_run'
import type Server from '#app/servers/models/server'
import { PAIR_COMMENT } from '#app/ssh_keys/actions/add_key'
import { keptKey } from '#app/ssh_keys/key_lines'
import type KeyRotation from '#app/ssh_keys/models/key_rotation'
import { openRotation } from '#app/ssh_keys/open_rotation'
import SshKey from '#app/ssh_keys/models/ssh_key'
import { chosenServers, connectedServers } from '#app/ssh_keys/queries/chosen_servers'
import { holdTeamAs } from '#app/teams/hold_team'
import type { Scope } from '#app/teams/scope'

/**
 * Begins to change the key that Muster logs in with. Each server goes its own way: the new key is
 * added, tried by a login, stored, and only then the old one removed. What fails leaves the old
 * one as it was.
 */
@inject()
export default class BeginRotation {
  readonly #createRun: CreateRun

  constructor(createRun: CreateRun) {
    this.#createRun = createRun
  }

  /**
   * Makes a new pair in the place of another, for every server that logs in with that.
   *
   * @throws a refusal for `rotation`
   */
  async replace(scope: Scope, key: SshKey, expiresAt: DateTime | null): Promise<KeyRotation> {
    if (key.retiredAt) refuse('rotation', 'Another key has taken the place of this one already.')
    const pair =
      key.type === 'ssh-rsa'
        ? await generateRsaKeyPair(PAIR_COMMENT)
        : generateKeyPair(PAIR_COMMENT)
    return db.transaction(async (trx) => {
      await holdTeamAs(scope, 'keys.manage', trx)
      const servers = await connectedServers(scope, trx).where('ssh_key_id', key.id)
      if (servers.length === 0) refuse('rotation', 'Muster logs in at no server with this key.')
      const kept = keptKey(pair.publicKey)
      const values = {
        ...{ ...kept, teamId: scope.teamId, name: key.name, privateKey: pair.privateKey },
        ...({ origin: 'generated', rotatedFromId: key.id, createdBy: scope.userId } as const),
        ...{ expiresAt, warned: 0 },
      }
      const fresh = await SshKey.create(values, { client: trx })
      const login = { fromKeyId: key.id, toKeyId: fresh.id, publicKey: fresh.publicKey }
      const act = {
        action: 'key_rotation.started',
        subject: key.asSubject,
        details: { servers: namesOf(servers), from: key.fingerprint, to: fresh.fingerprint },
      }
      return openRotation(scope, servers, login, act, this.#createRun, trx)
    })
  }

  /**
   * Lets more servers log in with a pair.
   *
   * @throws a refusal for `servers`
   */
  async share(scope: Scope, key: SshKey, serverIds: readonly string[]): Promise<KeyRotation> {
    if (!key.privateKey)
      refuse('servers', 'Another key has taken the place of this one. Take that.')
    return db.transaction(async (trx) => {
      await holdTeamAs(scope, 'keys.manage', trx)
      const servers = await chosenServers(scope, serverIds, trx)
      const login = { toKeyId: key.id, publicKey: key.publicKey }
      const act = {
        action: 'key_rotation.shared',
        subject: key.asSubject,
        details: { servers: namesOf(servers), to: key.fingerprint },
      }
      return openRotation(scope, servers, login, act, this.#createRun, trx)
    })
  }

  /**
   * Gives a server a new key of its own.
   *
   * @throws a refusal for `rotation`
   */
  async own(scope: Scope, server: Server): Promise<KeyRotation> {
    const pair = generateKeyPair(PAIR_COMMENT)
    return db.transaction(async (trx) => {
      await holdTeamAs(scope, 'keys.manage', trx)
      const now = await connectedServers(scope, trx).where('id', server.id).firstOrFail()
      const act = {
        action: 'key_rotation.started',
        subject: now.asSubject,
        details: { to: keptKey(pair.publicKey).fingerprint },
      }
      return openRotation(scope, [now], pair, act, this.#createRun, trx)
    })
  }
}

const namesOf = (servers: readonly Server[]) => servers.map(({ name }) => name).join(', ')
