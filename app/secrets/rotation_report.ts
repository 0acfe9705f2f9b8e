import type { KeyCounts } from '#app/secrets/queries/count_keys'

const number = (count: number) => count.toLocaleString('en')

/**
 * What a person at the console reads about the keys in use, and what to do next.
 *
 * @param rotated whether everything was to be with the current key by now
 */
export function rotationReport(counts: KeyCounts, { rotated }: { rotated: boolean }) {
  const { byKey, unreadable } = counts
  const [current, ...former] = byKey.map(number)
  const lines = [
    `Encrypted with SECRETS_KEY: ${current}`,
    ...former.map((count, place) => `Encrypted with ${formerKey(place, former.length)}: ${count}`),
  ]
  if (unreadable.length > 0) {
    lines.push(`Readable with none of these keys: ${number(unreadable.length)}`)
    lines.push(...unreadable.map(({ name, id }) => `  ${name} of ${id}`))
  }
  const left = byKey.slice(1).some((count) => count > 0)
  return {
    text: [...lines, '', nextStep(counts, { left, rotated })].join('\n'),
    isGood: unreadable.length === 0 && !(left && rotated),
  }
}

function formerKey(place: number, count: number): string {
  return count > 1 ? `key ${place + 1} of SECRETS_KEY_PREVIOUS` : 'SECRETS_KEY_PREVIOUS'
}

function nextStep({ byKey, unreadable }: KeyCounts, state: { left: boolean; rotated: boolean }) {
  if (state.left && !state.rotated) return 'Next: node ace secrets:rotate'
  if (state.left) {
    return `A process of the panel still writes with a former key. Restart all of them, then run
this again.`
  }
  if (unreadable.length > 0) {
    return `To read those, name the key they were encrypted with in SECRETS_KEY_PREVIOUS and run
this again. If it is lost, set them anew in the panel. All others are encrypted with SECRETS_KEY.`
  }
  if (byKey.length === 1) return 'Nothing is left to do.'
  return `Next: remove SECRETS_KEY_PREVIOUS from .env and restart all processes of the panel.
Backups made before now need the former key: keep it with them.`
}
