import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import {
  compileKeyPlan,
  explainKeyFailure,
  installKey,
  uninstallKey,
  type KeyPlan,
} from '#engine/keys/key_plans'
import { outlineOf } from '#engine/detached/script'
import { explain } from '#app/runs/explain'
import type Run from '#app/runs/models/run'
import type { CompiledRun, RunEnd, RunHandler } from '#app/runs/run_handler'
import Server from '#app/servers/models/server'
import { reasonOf } from '#app/ssh_keys/queries/reason_of'
import type { InstallationInput } from '#app/ssh_keys/run_inputs'
import type { InstallationState } from '#app/ssh_keys/states'

const inputOf = (run: Run) => run.input as unknown as InstallationInput

/** A plan as the worker takes it. */
export function compiled(plan: KeyPlan, run: Run): CompiledRun {
  const body = compileKeyPlan(plan, { nonce: run.nonce })
  return { body, steps: outlineOf(plan.steps), secrets: [] }
}

/** Words for a plan that failed. */
export function explainKeyRun(run: Run, end: RunEnd, unixUser: string) {
  const general = explain.generally(run, end)
  return { ...general, ...explainKeyFailure(end.exitCode, unixUser) }
}

/**
 * Applies an end to the installation the run is about, while no later run is. An end that nobody
 * saw leaves it unknown.
 */
async function settle(
  run: Run,
  end: RunEnd,
  trx: TransactionClientContract,
  states: { busy: InstallationState; done: InstallationState; otherwise: InstallationState }
) {
  const now = Date.now()
  const done = end.state === 'succeeded'
  const state = done ? states.done : end.state === 'failed' ? states.otherwise : 'unknown'
  await trx
    .from('key_installations')
    .where({ id: inputOf(run).installationId, run_id: run.id, state: states.busy })
    .update({
      state,
      message: done ? null : await reasonOf(run, trx),
      ...(done && states.done === 'installed' ? { installed_at: now } : {}),
      ...(done && states.done === 'removed' ? { removed_at: now } : {}),
      updated_at: now,
    })
}

/**
 * Runs that let a key in at a server.
 */
export const installationRun: RunHandler = {
  kind: 'ssh_keys.install',

  async compile(run) {
    const { unixUser, publicKey } = inputOf(run)
    return compiled(installKey({ user: unixUser, publicKey }), run)
  },

  explain: (run, end) => explainKeyRun(run, end, inputOf(run).unixUser),

  settle: (run, end, trx) => {
    const otherwise = inputOf(run).wasPresent ? 'installed' : 'failed'
    return settle(run, end, trx, { busy: 'installing', done: 'installed', otherwise })
  },
}

/**
 * Runs that let a key in no more. How Muster logs in is read as it is when the run begins.
 */
export const removalRun: RunHandler = {
  kind: 'ssh_keys.remove',

  async compile(run) {
    const { unixUser: user, publicKey } = inputOf(run)
    const server = await Server.acrossTeams().where('id', run.serverId).firstOrFail()
    const login = { user: server.username, publicKey: server.publicKey }
    return compiled(uninstallKey({ user, publicKey }, login), run)
  },

  explain: (run, end) => explainKeyRun(run, end, inputOf(run).unixUser),

  settle: (run, end, trx) => {
    const otherwise = inputOf(run).wasPresent ? 'installed' : 'unknown'
    return settle(run, end, trx, { busy: 'removing', done: 'removed', otherwise })
  },
}
