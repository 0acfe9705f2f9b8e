/**
 * The zone that moments are said in: the one the person chose, which the page carries, or else the
 * browser's. An IANA name.
 */
export function timeZone(): string {
  const chosen = document.documentElement.dataset.timeZone
  return chosen || Intl.DateTimeFormat().resolvedOptions().timeZone
}
