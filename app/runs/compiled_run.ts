import db from '@adonisjs/lucid/services/db'
import encryption from '@adonisjs/core/services/encryption'
import { Secret } from '#engine/shell/secret'
import { LeaseLostError } from '#app/runs/lease_lost_error'
import { runHandlerOf, type CompiledRun } from '#app/runs/run_handler'
import type Run from '#app/runs/models/run'

const PURPOSE = 'compiled run'

/**
 * The script of a run. It is built once and kept, encrypted, until the run has ended: whoever
 * takes the run over sends the very same bytes and redacts the very same secrets, whatever was
 * changed in the panel since.
 *
 * @throws LeaseLostError when another worker took the run over, and whatever the run's handler raises when it cannot build the script
 */
export async function compiledRun(run: Run): Promise<CompiledRun> {
  const row = await db.from('runs').where('id', run.id).select('compiled').firstOrFail()
  if (row.compiled) return thaw(row.compiled)
  const compiled = await runHandlerOf(run.kind).compile(run)
  const kept = await db
    .from('runs')
    .where({ id: run.id, fence: run.fence })
    .update({ compiled: freeze(compiled) })
  if (Number(kept) !== 1) throw new LeaseLostError(run)
  return compiled
}

function freeze({ body, secrets, steps }: CompiledRun): string {
  const plain = {
    body: body instanceof Secret ? body.reveal() : body,
    secrets: secrets.map((secret) => secret.reveal()),
    steps,
  }
  return encryption.use('secrets').encrypt(plain, { purpose: PURPOSE })
}

function thaw(stored: string): CompiledRun {
  const plain = encryption
    .use('secrets')
    .decrypt<{ body: string; secrets: string[]; steps: CompiledRun['steps'] }>(stored, PURPOSE)
  if (!plain) {
    throw new Error('The script of this run cannot be decrypted: SECRETS_KEY was changed under it.')
  }
  return {
    body: new Secret(plain.body),
    secrets: plain.secrets.map((text) => new Secret(text)),
    steps: plain.steps,
  }
}
