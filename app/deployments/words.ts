import type Deployment from '#app/deployments/models/deployment'
import type { Phase } from '#app/deployments/states'

const WORDS: Record<Phase, string> = {
  build: 'Every server makes the release ready. None switches before all are.',
  switch: 'All servers are ready: they switch now. Each can still go back.',
  commit: 'All servers serve the release and keep it.',
  stop: 'No server switches.',
  revert: 'Servers that switched go back.',
}

const ENDED: Partial<Record<Phase, string>> = {
  stop: 'No server switched.',
  revert: 'Servers that had switched were sent back.',
}

/**
 * What is going on among the servers of a deployment, and why; null when there is nothing to say.
 */
export function phaseWords(deployment: Deployment): string | null {
  const { phase, rollout, stopReason, isActive: isOpen } = deployment
  const because = stopReason ? ` Stopped because ${stopReason}.` : ''
  if (phase && isOpen) return `${WORDS[phase]}${because}`
  if (phase) return ENDED[phase] ? `${ENDED[phase]}${because}` : null
  if (rollout !== 'rolling') return null
  if (stopReason) return `No further server ${isOpen ? 'begins' : 'began'}.${because}`
  return isOpen ? 'Servers take the release one after another.' : null
}
