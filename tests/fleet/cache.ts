import path from 'node:path'

/** Where images and the disks of running hosts are kept, outside the repository. */
export function cacheDirectory(...parts: string[]): string {
  return path.join(process.env.MUSTER_FLEET_CACHE || '/var/cache/muster-fleet', ...parts)
}

/** Tells a person waiting at the terminal what the fleet is doing. */
export function progress(line: string): void {
  process.stderr.write(`[fleet] ${line}\n`)
}
