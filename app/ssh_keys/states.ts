import type { Tone } from '#app/runs/states'

/**
 * How a key on a server stands. `unknown` is after a run whose end nobody saw: only a look at the
 * server tells.
 */
export const installationStates = [
  'installing',
  'installed',
  'removing',
  'removed',
  'failed',
  'unknown',
] as const

export type InstallationState = (typeof installationStates)[number]

/** In which the key is on the server, or may be. */
export const presentStates: readonly InstallationState[] = [
  'installing',
  'installed',
  'removing',
  'unknown',
]

export const installationLooks: Record<InstallationState, { label: string; tone: Tone }> = {
  installing: { label: 'Being installed', tone: 'running' },
  installed: { label: 'Installed', tone: 'success' },
  removing: { label: 'Being removed', tone: 'running' },
  removed: { label: 'Removed', tone: 'neutral' },
  failed: { label: 'Not installed', tone: 'danger' },
  unknown: { label: 'Unknown', tone: 'warning' },
}

/**
 * How far a server is in a rotation:
 *
 * - `adding`: a run adds the new key
 * - `added`: the new key is to be tried
 * - `removing`: Muster logs in with the new key, and a run removes the old one
 * - `withdrawing`: the new key did not let in, and a run removes it again
 * - `rotated`: done
 * - `leftover`: Muster logs in with the new key, and the old one still lets in, too
 * - `failed`: Muster logs in with the old key, as before
 */
export const rotationStates = [
  'adding',
  'added',
  'removing',
  'withdrawing',
  'rotated',
  'leftover',
  'failed',
] as const

export type RotationState = (typeof rotationStates)[number]

/** In which something is still to happen. */
export const openRotationStates: readonly RotationState[] = [
  'adding',
  'added',
  'removing',
  'withdrawing',
]

/** After which it can be tried again. */
export const retriableRotationStates: readonly RotationState[] = ['leftover', 'failed']

export const rotationLooks: Record<RotationState, { label: string; tone: Tone }> = {
  adding: { label: 'Adding the new key', tone: 'running' },
  added: { label: 'Trying the new key', tone: 'running' },
  removing: { label: 'Removing the old key', tone: 'running' },
  withdrawing: { label: 'Taking the new key back', tone: 'running' },
  rotated: { label: 'Rotated', tone: 'success' },
  leftover: { label: 'Old key left', tone: 'warning' },
  failed: { label: 'On the old key', tone: 'danger' },
}
