import type { Tone } from '#app/runs/states'

/**
 * The states of a deployment; all but the first are ends. How far an active one is, its run and
 * steps say.
 */
export const deploymentStates = [
  'active',
  'live',
  'rolled_back',
  'failed',
  'cancelled',
  'lost',
] as const

export type DeploymentState = (typeof deploymentStates)[number]

export const deploymentStateLooks: Record<DeploymentState, { label: string; tone: Tone }> = {
  active: { label: 'Deploying', tone: 'running' },
  live: { label: 'Deployed', tone: 'success' },
  rolled_back: { label: 'Rolled back', tone: 'warning' },
  failed: { label: 'Failed', tone: 'danger' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
  lost: { label: 'Lost', tone: 'warning' },
}
