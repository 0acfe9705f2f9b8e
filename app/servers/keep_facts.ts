import { DateTime } from 'luxon'
import type { ServerFacts } from '#engine/facts/facts'
import type Server from '#app/servers/models/server'

/** How much the facts of a server may be as they are stored, in bytes. */
const MOST_BYTES = 48 * 1024

/**
 * Puts facts on a server's row, and of them what the list shows and sorts by, so that it reads no
 * facts of a thousand servers to show fifty.
 */
export function keepFacts(server: Server, facts: ServerFacts): void {
  const { load, cpus, memory, disks, updates } = facts
  server.facts = fitting(facts)
  server.factsAt = DateTime.utc()
  server.bootId = facts.bootId || null
  server.osName = facts.os.name || null
  server.loadCenti = bounded(load[0] * 100)
  server.loadPermille = bounded((load[0] / (cpus || 1)) * 1000)
  server.memoryPermille = permille(memory.totalBytes - memory.availableBytes, memory.totalBytes)
  server.diskPermille = disks.reduce<number | null>((fullest, disk) => {
    return Math.max(fullest ?? 0, permille(disk.usedBytes, disk.sizeBytes) ?? 0)
  }, null)
  server.rebootRequired = facts.rebootRequired
  server.pendingUpdates = updates?.total ?? null
}

/** Facts with lists that are cut until all of it fits its column. */
function fitting(facts: ServerFacts): ServerFacts {
  let kept = facts
  for (let most = 100; most > 0 && sizeOf(kept) > MOST_BYTES; most = Math.floor(most / 2)) {
    const [disks, services, ports] = [facts.disks, facts.services, facts.ports]
    kept = {
      ...facts,
      disks: disks.slice(0, most),
      services: services.slice(0, most),
      ports: ports.slice(0, most),
    }
  }
  return kept
}

function sizeOf(facts: ServerFacts): number {
  return Buffer.byteLength(JSON.stringify(facts))
}

function permille(part: number, whole: number): number | null {
  return whole > 0 ? Math.min(1000, bounded((part / whole) * 1000)) : null
}

/** A whole number that every database takes. */
function bounded(value: number): number {
  return Math.round(Math.min(1_000_000_000, Math.max(0, value)))
}
