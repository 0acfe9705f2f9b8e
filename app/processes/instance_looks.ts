import type { InstanceState } from '#engine/processes/states'
import type { Tone } from '#app/runs/states'

const looks: Record<string, { label: string; tone: Tone }> = {
  active: { label: 'Running', tone: 'success' },
  activating: { label: 'Starting', tone: 'running' },
  deactivating: { label: 'Stopping', tone: 'warning' },
  reloading: { label: 'Reloading', tone: 'running' },
  failed: { label: 'Failed', tone: 'danger' },
  inactive: { label: 'Stopped', tone: 'neutral' },
}

/** Two looks at one instance say the same moment: to the minute. */
function sinceOf(seconds: number): string {
  const minutes = Math.round((Date.now() / 1000 - seconds) / 60)
  return new Date(minutes * 60_000).toISOString()
}

/**
 * An instance with the words for its state.
 */
export function instanceLooks(instance: InstanceState) {
  const look = looks[instance.state] ?? { label: 'Unknown', tone: 'warning' }
  const waits = instance.subState === 'auto-restart'
  const since = instance.seconds === null ? null : sinceOf(instance.seconds)
  return {
    ...instance,
    since,
    ...(waits ? { label: 'Waiting to restart', tone: 'warning' as Tone } : look),
  }
}
