const STEP_TONES: Record<string, string> = {
  waiting: 'neutral',
  running: 'running',
  succeeded: 'success',
  failed: 'danger',
  skipped: 'skipped',
}

/**
 * Changes the shape and colour of a state's mark.
 */
export function setMark(mark: Element | null, tone: string) {
  mark?.setAttribute('class', `mark mark--${tone}`)
  mark?.querySelector('use')?.setAttribute('href', `#mark-${tone}`)
}

/**
 * The tone of a step's state.
 */
export function stepTone(state: string) {
  return STEP_TONES[state] ?? 'neutral'
}
