import type { Tone } from '#app/runs/states'

/**
 * The states of a deployment. One that waits has no run yet; how far an active one is, its run and
 * steps say; the others are ends. What waited is superseded when a newer one took its place.
 */
export const deploymentStates = [
  'waiting',
  'active',
  'live',
  'rolled_back',
  'failed',
  'cancelled',
  'superseded',
  'lost',
  'partial',
] as const

export type DeploymentState = (typeof deploymentStates)[number]

export const deploymentStateLooks: Record<DeploymentState, { label: string; tone: Tone }> = {
  waiting: { label: 'Waiting', tone: 'scheduled' },
  active: { label: 'Deploying', tone: 'running' },
  live: { label: 'Deployed', tone: 'success' },
  rolled_back: { label: 'Rolled back', tone: 'warning' },
  failed: { label: 'Failed', tone: 'danger' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
  superseded: { label: 'Superseded', tone: 'neutral' },
  lost: { label: 'Lost', tone: 'warning' },
  partial: { label: 'Differs by server', tone: 'danger' },
}

/**
 * How far a deployment is whose servers wait for each other. `build`: each makes the release ready,
 * nobody has switched. `switch`: all may. `commit`: all serve it and keep it. `stop`: nobody
 * switches. `revert`: those that switched go back. Each is decided once, by whoever changes the row.
 */
export const phases = ['build', 'switch', 'commit', 'stop', 'revert'] as const

export type Phase = (typeof phases)[number]

/**
 * What became of a deployment on one server. `stopped`: it was ready, and another one failed.
 * `skipped`: its turn never came.
 */
export type PlaceState =
  | 'waiting'
  | 'running'
  | 'live'
  | 'rolled_back'
  | 'failed'
  | 'stopped'
  | 'cancelled'
  | 'lost'
  | 'skipped'

export const placeStateLooks: Record<PlaceState, { label: string; tone: Tone }> = {
  waiting: { label: 'Waiting', tone: 'scheduled' },
  running: { label: 'Deploying', tone: 'running' },
  live: { label: 'Deployed', tone: 'success' },
  rolled_back: { label: 'Went back', tone: 'warning' },
  failed: { label: 'Failed', tone: 'danger' },
  stopped: { label: 'Stopped', tone: 'neutral' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
  lost: { label: 'Lost', tone: 'warning' },
  skipped: { label: 'Not begun', tone: 'neutral' },
}
