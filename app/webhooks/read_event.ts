import { headerOf, type Call } from '#app/webhooks/call'
import type { Provider } from '#app/webhooks/providers'
import { changeOf, lineOf, partOf, refOf, type PushEvent } from '#app/webhooks/push_event'
import { readBitbucket } from '#app/webhooks/read_bitbucket'

/**
 * What a call tells. Null when its body is not what the provider sends.
 */
export function readEvent(provider: Provider, call: Call): PushEvent | null {
  const payload = payloadOf(provider, call)
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return null
  const event = readers[provider](call, payload)
  return { ...event, name: lineOf(event.name, 60) ?? 'unnamed' }
}

function payloadOf(provider: Provider, { body, type }: Call): unknown {
  const text = body.toString('utf8')
  if (provider === 'plain' && text === '') return {}
  try {
    return JSON.parse(type === 'form' ? (new URLSearchParams(text).get('payload') ?? '') : text)
  } catch {
    return null
  }
}

/** The message of the last of the commits that a push brings. */
function lastMessage(payload: object): unknown {
  const commits = partOf(payload, 'commits')
  return Array.isArray(commits) ? partOf(commits.at(-1), 'message') : null
}

const readers: Record<Provider, (call: Call, payload: object) => PushEvent> = {
  github(call, payload) {
    const name = headerOf(call, 'x-github-event')
    const message = partOf(payload, 'head_commit', 'message')
    return {
      name,
      kind: name === 'push' || name === 'ping' ? name : 'other',
      changes: changeOf(partOf(payload, 'ref'), partOf(payload, 'after'), message),
      pusher: lineOf(partOf(payload, 'pusher', 'name'), 120),
    }
  },

  gitea(call, payload) {
    const name = headerOf(call, 'x-gitea-event') || headerOf(call, 'x-forgejo-event')
    const message = partOf(payload, 'head_commit', 'message') ?? lastMessage(payload)
    const names = ['full_name', 'login', 'username']
    const pusher = names.map((key) => lineOf(partOf(payload, 'pusher', key), 120)).find(Boolean)
    return {
      name,
      kind: name === 'push' ? 'push' : 'other',
      changes: changeOf(partOf(payload, 'ref'), partOf(payload, 'after'), message),
      pusher: pusher ?? null,
    }
  },

  gitlab(call, payload) {
    const name = headerOf(call, 'x-gitlab-event')
    return {
      name,
      kind: ['Push Hook', 'Tag Push Hook'].includes(name) ? 'push' : 'other',
      changes: changeOf(partOf(payload, 'ref'), partOf(payload, 'after'), lastMessage(payload)),
      pusher: lineOf(partOf(payload, 'user_name'), 120),
    }
  },

  bitbucket: readBitbucket,

  plain(_, payload) {
    const { commit, subject, pusher } = payload as Record<string, unknown>
    const branch = refOf(partOf(payload, 'branch'))
    const ref = partOf(payload, 'ref') ?? (branch === null ? 'HEAD' : `refs/heads/${branch}`)
    return {
      name: 'deploy',
      kind: 'push',
      changes: changeOf(ref, commit, subject),
      pusher: lineOf(pusher, 120),
    }
  },
}
