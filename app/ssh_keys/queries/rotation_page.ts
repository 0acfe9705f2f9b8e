import Run from '#app/runs/models/run'
import { fingerprintOf } from '#app/ssh_keys/key_lines'
import type KeyRotation from '#app/ssh_keys/models/key_rotation'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import { openRotationStates, retriableRotationStates } from '#app/ssh_keys/states'
import type { Scope } from '#app/teams/scope'

/**
 * A rotation with a line for each of its servers that one sees.
 */
export async function rotationPage(scope: Scope, rotation: KeyRotation) {
  await Promise.all([rotation.load('toKey'), rotation.load('fromKey'), rotation.load('creator')])
  const rows = await KeyRotationServer.within(scope)
    .where('rotation_id', rotation.id)
    .preload('server')
  rows.sort((one, other) => one.server.name.localeCompare(other.server.name))
  const runs = await Run.within(scope).whereIn(
    'id',
    rows.map(({ runId }) => runId).filter((id) => id !== null)
  )
  const runOf = new Map(runs.map((run) => [run.id, run]))
  rotation.$setRelated('servers', rows)
  return {
    ...rotationSummary(rotation),
    fingerprint: fingerprintOf(rotation.publicKey),
    retriable: rows.filter(({ state }) => retriableRotationStates.includes(state)).length,
    rows: rows.map((row) => ({ row, run: runOf.get(row.runId ?? '') ?? null })),
  }
}

/**
 * How a rotation stands as a whole.
 *
 * @param rotation with its servers loaded
 */
export function rotationSummary(rotation: KeyRotation) {
  const states = rotation.servers.map(({ state }) => state)
  const isOpen = states.some((state) => openRotationStates.includes(state))
  const done = states.filter((state) => state === 'rotated').length
  const failed = states.filter((state) => retriableRotationStates.includes(state)).length
  const look = isOpen
    ? ({ tone: 'running', label: 'Under way' } as const)
    : failed > 0
      ? ({ tone: 'warning', label: `${failed} not done` } as const)
      : ({ tone: 'success', label: 'Rotated' } as const)
  return { rotation, isOpen, done, total: states.length, look }
}
