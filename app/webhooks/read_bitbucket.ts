import { headerOf, type Call } from '#app/webhooks/call'
import { changeOf, lineOf, partOf, refOf, type PushEvent } from '#app/webhooks/push_event'

/** One push may tell of many refs; more are not looked at. */
const MOST_CHANGES = 50

/**
 * What Bitbucket tells: the one in the cloud (`repo:push`) and the one people run themselves
 * (`repo:refs_changed`).
 */
export function readBitbucket(call: Call, payload: object): PushEvent {
  const name = headerOf(call, 'x-event-key')
  const pusher =
    lineOf(partOf(payload, 'actor', 'display_name'), 120) ??
    lineOf(partOf(payload, 'actor', 'displayName'), 120)
  if (name === 'diagnostics:ping') return { name, kind: 'ping', changes: [], pusher }
  if (name === 'repo:push') {
    const changes = listOf(partOf(payload, 'push', 'changes')).flatMap(inTheCloud)
    return { name, kind: 'push', changes, pusher }
  }
  if (name === 'repo:refs_changed') {
    const changes = listOf(partOf(payload, 'changes')).flatMap((change) =>
      changeOf(
        partOf(change, 'ref', 'id'),
        partOf(change, 'type') === 'DELETE' ? '0' : partOf(change, 'toHash'),
        null
      )
    )
    return { name, kind: 'push', changes, pusher }
  }
  return { name, kind: 'other', changes: [], pusher }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value.slice(0, MOST_CHANGES) : []
}

function inTheCloud(change: unknown) {
  const now = partOf(change, 'new') ?? null
  const named = now ?? partOf(change, 'old')
  const name = refOf(partOf(named, 'name'))
  const folder = partOf(named, 'type') === 'branch' ? 'heads' : 'tags'
  return changeOf(
    name && `refs/${folder}/${name}`,
    now === null ? '0' : partOf(now, 'target', 'hash'),
    partOf(now, 'target', 'message')
  )
}
