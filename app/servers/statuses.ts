import type { Tone } from '#app/runs/states'

/**
 * What is known of the way to a server.
 */
export const serverStatuses = [
  'unconfirmed',
  'reachable',
  'unreachable',
  'auth_failed',
  'host_key_changed',
  'no_root',
] as const

export type ServerStatus = (typeof serverStatuses)[number]

export const serverStatusLooks: Record<ServerStatus, { label: string; tone: Tone }> = {
  unconfirmed: { label: 'To confirm', tone: 'scheduled' },
  reachable: { label: 'Reachable', tone: 'success' },
  unreachable: { label: 'Unreachable', tone: 'danger' },
  auth_failed: { label: 'Login refused', tone: 'danger' },
  host_key_changed: { label: 'Host key changed', tone: 'danger' },
  no_root: { label: 'No root rights', tone: 'warning' },
}
