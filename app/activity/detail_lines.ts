/** One detail of an act: what it is called, and its value, or how it changed. */
export type DetailLine =
  { label: string; value: string } | { label: string; from: string; to: string }

/** Details whose name says little to people. */
const LABELS: Record<string, string> = {
  repositoryUrl: 'Repository',
  domain: 'Served under',
  queuePolicy: 'Deployments that wait',
  deadlineMinutes: 'Deadline in minutes',
  listenPort: 'Port',
  baseUrl: 'Address of the panel',
  smtpHost: 'SMTP server',
  smtpPort: 'SMTP port',
  smtpSecurity: 'SMTP encryption',
  smtpUsername: 'SMTP user',
  smtpPassword: 'SMTP password',
  egressAllowed: 'Allowed addresses',
  fullName: 'Name',
  email: 'E-mail address',
  toId: 'Id',
  through: 'Reached through',
  pinned: 'Pinned to',
  former: 'Pinned before',
}

/**
 * The details of an act for people: a line for each, and for each change what was there before.
 */
export function detailLines(details: Record<string, unknown>): DetailLine[] {
  if (isChange(details)) return [changeLine('Change', details)]
  return Object.entries(details).flatMap(([key, value]) =>
    key === 'changes' && isObject(value) ? detailLines(value) : [lineOf(key, value)]
  )
}

function lineOf(key: string, value: unknown): DetailLine {
  const label = labelOf(key)
  return isChange(value) ? changeLine(label, value) : { label, value: sayValue(value) }
}

function changeLine(label: string, { from, to }: { from: unknown; to: unknown }): DetailLine {
  return { label, from: sayValue(from), to: sayValue(to) }
}

/** "healthTimeoutSeconds" becomes "Health timeout seconds". */
function labelOf(key: string): string {
  if (Object.hasOwn(LABELS, key)) return LABELS[key]
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function sayValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return ''
  if (value === true) return 'yes'
  if (value === false) return 'no'
  if (Array.isArray(value)) return value.map(sayValue).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function isChange(value: unknown): value is { from: unknown; to: unknown } {
  return isObject(value) && Object.keys(value).sort().join() === 'from,to'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
