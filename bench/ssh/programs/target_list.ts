import { readFileSync } from 'node:fs'

/** The hosts that a program talks to, and how it gets in. */
export interface TargetList {
  username: string
  privateKey: string
  hosts: { address: string; port: number; hostKey: { type: string; key: string } }[]
}

export function readTargets(path: string): TargetList {
  return JSON.parse(readFileSync(path, 'utf8'))
}
