/** Who acts: a person, a person's API token, a command on the panel's machine, the panel itself, or someone unknown. */
export type Actor =
  | { kind: 'user' | 'token'; id: string; name: string }
  | { kind: 'command' | 'system' | 'visitor'; id: null; name: string | null }

/**
 * Where an act comes from, as activity remembers it.
 */
export interface Origin {
  readonly actor: Actor
  readonly teamId: string | null
  /** The network address of the request. */
  readonly address: string | null
  readonly requestId: string | null
}

/** An act of the panel by itself, for a team or for all. */
export function systemOrigin(teamId: string | null = null): Origin {
  return {
    actor: { kind: 'system', id: null, name: 'Muster' },
    teamId,
    address: null,
    requestId: null,
  }
}

/** An act by a command on the panel's machine. */
export function commandOrigin(command: string): Origin {
  return {
    actor: { kind: 'command', id: null, name: `node ace ${command}` },
    teamId: null,
    address: null,
    requestId: null,
  }
}
