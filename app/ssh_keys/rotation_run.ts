import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { installKey, uninstallKey, type KeyPlan } from '#engine/keys/key_plans'
import type Run from '#app/runs/models/run'
import type { RunEnd, RunHandler } from '#app/runs/run_handler'
import Server from '#app/servers/models/server'
import { compiled, explainKeyRun } from '#app/ssh_keys/installation_runs'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import { reasonOf } from '#app/ssh_keys/queries/reason_of'
import { endRotation } from '#app/ssh_keys/end_rotation'
import type { RotationInput } from '#app/ssh_keys/run_inputs'
import type { RotationState } from '#app/ssh_keys/states'

const inputOf = (run: Run) => run.input as unknown as RotationInput

/** In which state of its row a run of each phase is awaited. */
const AWAITED: Record<RotationInput['phase'], RotationState> = {
  add: 'adding',
  remove: 'removing',
  withdraw: 'withdrawing',
}

async function planOf(run: Run): Promise<KeyPlan> {
  const { phase, unixUser: user, publicKey, like } = inputOf(run)
  if (phase === 'add') return installKey({ user, publicKey, like: like ?? undefined })
  const server = await Server.acrossTeams().where('id', run.serverId).firstOrFail()
  return uninstallKey({ user, publicKey }, { user: server.username, publicKey: server.publicKey })
}

/**
 * Runs of a rotation: they add the new key, remove the old one, or take the new one back.
 */
export const rotationRun: RunHandler = {
  kind: 'ssh_keys.rotate',

  async compile(run) {
    return compiled(await planOf(run), run)
  },

  explain: (run, end) => explainKeyRun(run, end, inputOf(run).unixUser),

  async settle(run, end, trx) {
    const { rotationServerId, phase } = inputOf(run)
    const row = await KeyRotationServer.acrossTeams({ client: trx })
      .where({ id: rotationServerId, runId: run.id, state: AWAITED[phase] })
      .preload('server')
      .first()
    if (!row) return
    if (phase === 'add' && end.state === 'succeeded') {
      await row.merge({ state: 'added' }).save()
      return
    }
    await settleEnd(row, phase, run, end, trx)
  },
}

async function settleEnd(
  row: KeyRotationServer,
  phase: RotationInput['phase'],
  run: Run,
  end: RunEnd,
  trx: TransactionClientContract
) {
  const done = end.state === 'succeeded'
  const reason = done ? null : await reasonOf(run, trx)
  if (phase === 'add') return endRotation(row, 'failed', reason, trx)
  if (phase === 'remove') return endRotation(row, done ? 'rotated' : 'leftover', reason, trx)
  const left = done ? null : `The new key could not be taken back: ${reason}`
  return endRotation(row, 'failed', [row.message, left].filter(Boolean).join(' '), trx)
}
