import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { Secret } from '#engine/shell/secret'
import { seal, unseal } from '#app/core/database/columns'
import { LeaseLostError } from '#app/runs/lease_lost_error'
import { runHandlerOf, type CompiledRun } from '#app/runs/run_handler'
import { COMPILED_RUN, type default as Run } from '#app/runs/models/run'

/**
 * The script of a claimed run, and whether it was built just now. It is built once and kept,
 * encrypted and with the steps it will announce, until the run has ended: whoever takes the run
 * over sends the very same bytes and redacts the very same secrets, whatever was changed in the
 * panel since.
 *
 * @throws LeaseLostError when another worker took the run over, and whatever the run's handler raises when it cannot build the script
 */
export async function compiledRun(run: Run): Promise<{ compiled: CompiledRun; isNew: boolean }> {
  if (run.compiled) return { compiled: thaw(run.compiled), isNew: false }
  const compiled = await runHandlerOf(run.kind).compile(run)
  const stored = freeze(compiled)
  if (compiled.steps.length === 0) await keep(run, stored, db)
  else {
    await db.transaction(async (trx) => {
      await keep(run, stored, trx)
      await trx.table('run_steps').multiInsert(waiting(run, compiled))
    })
  }
  return { compiled, isNew: true }
}

async function keep(run: Run, compiled: string, client: typeof db | TransactionClientContract) {
  const kept = await client
    .from('runs')
    .where({ id: run.id, fence: run.fence, state: 'running' })
    .update({ compiled })
  if (Number(kept) !== 1) throw new LeaseLostError(run)
}

function waiting(run: Run, { steps }: CompiledRun) {
  return steps.map(({ name, title }, position) => ({
    run_id: run.id,
    position,
    name,
    title,
    state: 'waiting',
  }))
}

/** A compiled run without the types that keep its secrets from being printed. */
interface Frozen {
  body: string
  secrets: string[]
  steps: CompiledRun['steps']
}

/** Runs that share one script share its encrypted form. */
const frozen = new WeakMap<CompiledRun, string>()

function freeze(compiled: CompiledRun): string {
  const known = frozen.get(compiled) ?? sealed(compiled)
  frozen.set(compiled, known)
  return known
}

function sealed({ body, secrets, steps }: CompiledRun): string {
  const plain: Frozen = {
    body: body instanceof Secret ? body.reveal() : body,
    secrets: secrets.map((secret) => secret.reveal()),
    steps,
  }
  return seal(plain, COMPILED_RUN)
}

function thaw(stored: string): CompiledRun {
  const plain = unseal<Frozen>(stored, COMPILED_RUN)
  return {
    body: new Secret(plain.body),
    secrets: plain.secrets.map((text) => new Secret(text)),
    steps: plain.steps,
  }
}
