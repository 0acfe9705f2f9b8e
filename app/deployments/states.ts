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
}
