import { setImmediate } from 'node:timers/promises'
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
  if (compiled.steps.length === 0) await keepTogether(run, compiled)
  else {
    await db.transaction(async (trx) => {
      await keep(run, freeze(compiled), trx)
      await trx.table('run_steps').multiInsert(waiting(run, compiled))
    })
  }
  return { compiled, isNew: true }
}

async function keep(run: Run, compiled: string, trx: TransactionClientContract) {
  const kept = await trx
    .from('runs')
    .where({ id: run.id, fence: run.fence, state: 'running' })
    .update({ compiled })
  if (Number(kept) !== 1) throw new LeaseLostError(run)
}

/** Runs of one claim that share one script and are about to keep it, and the ids of those that did. */
interface Sharers {
  owner: string | null
  ids: string[]
  kept: Promise<ReadonlySet<string>>
}

const sharers = new Map<CompiledRun, Sharers>()

/** Hundreds of runs that begin together keep what they share by one statement. */
async function keepTogether(run: Run, compiled: CompiledRun) {
  const known = sharers.get(compiled)
  const together = known && known.owner === run.leaseOwner ? known : gather(run, compiled)
  together.ids.push(run.id)
  const kept = await together.kept
  if (!kept.has(run.id)) throw new LeaseLostError(run)
}

function gather({ leaseOwner: owner }: Run, compiled: CompiledRun): Sharers {
  const ids: string[] = []
  const kept = setImmediate().then(() => {
    if (sharers.get(compiled)?.ids === ids) sharers.delete(compiled)
    return keepFor(owner, ids, freeze(compiled))
  })
  const gathered = { owner, ids, kept }
  sharers.set(compiled, gathered)
  return gathered
}

/** An owner is one claim's alone, so that it shuts out others as a fence does. */
async function keepFor(owner: string | null, ids: readonly string[], compiled: string) {
  const held = () =>
    db
      .from('runs')
      .whereIn('id', [...ids])
      .where({ lease_owner: owner, state: 'running' })
  const kept = await held().update({ compiled })
  if (Number(kept) === ids.length) return new Set(ids)
  const rows = await held().select('id')
  return new Set(rows.map(({ id }) => id as string))
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
