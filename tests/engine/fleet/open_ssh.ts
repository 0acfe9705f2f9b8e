import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execute } from '#tests/fleet/execute'
import { type Host } from '#tests/fleet/host'

/** How to reach a host otherwise than as root, by its own port, with the fleet's key. */
export interface SshOptions {
  user?: string
  /** Text of the private key; the fleet's unless given. */
  privateKey?: string
  password?: string
  /** Line of the known_hosts file; the host's own unless given. */
  knownHost?: string
}

/**
 * Runs shell text on a host by the OpenSSH client, its host key pinned. Returns standard output; raises
 * ExecutionFailed with what ssh said.
 */
export function openSsh(host: Host, command: string, options: SshOptions = {}): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'fleet-ssh-'))
  const file = (name: string, content: string, mode: number) => {
    writeFileSync(path.join(directory, name), content, { mode })
    return path.join(directory, name)
  }
  const byPassword = options.password !== undefined
  const settings = [
    `UserKnownHostsFile=${file('known_hosts', `${options.knownHost ?? host.knownHost}\n`, 0o600)}`,
    'GlobalKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=yes',
    'ConnectTimeout=10',
    `PreferredAuthentications=${byPassword ? 'password' : 'publickey'}`,
    'NumberOfPasswordPrompts=1',
    'IdentitiesOnly=yes',
    `IdentityFile=${file('key', options.privateKey ?? host.privateKey, 0o600)}`,
  ].flatMap((setting) => ['-o', setting])
  const env = {
    ...process.env,
    SSH_AUTH_SOCK: '',
    FLEET_PASSWORD: options.password,
    SSH_ASKPASS: file('askpass', '#!/bin/sh\nprintf "%s\\n" "$FLEET_PASSWORD"\n', 0o700),
    SSH_ASKPASS_REQUIRE: byPassword ? 'force' : 'never',
  }
  try {
    const user = options.user ?? host.username
    return execute(['ssh', '-F', 'none', ...settings, `${user}@${host.address}`, command], { env })
  } finally {
    rmSync(directory, { recursive: true })
  }
}
