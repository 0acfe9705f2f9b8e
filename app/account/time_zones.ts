/**
 * The zones that people choose from, by their IANA names.
 */
export const timeZones: readonly string[] = [
  ...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]),
].sort()

/**
 * Whether a text is one of these zones.
 */
export function isTimeZone(text: string): boolean {
  return timeZones.includes(text)
}
