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

/**
 * An instance with the words for its state.
 */
export function instanceLooks(instance: InstanceState) {
  const look = looks[instance.state] ?? { label: 'Unknown', tone: 'warning' }
  const waits = instance.subState === 'auto-restart'
  const since =
    instance.seconds === null ? null : new Date(Date.now() - instance.seconds * 1000).toISOString()
  return {
    ...instance,
    since,
    ...(waits ? { label: 'Waiting to restart', tone: 'warning' as Tone } : look),
  }
}
