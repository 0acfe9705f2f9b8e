import type { Host } from '#tests/fleet/host'

/** Bytes that a host has sent and received over its network so far (proc_net(5), /proc/net/dev). */
export function trafficOf(host: Host): { sent: number; received: number } {
  const total = { sent: 0, received: 0 }
  for (const line of host.inside(['cat', '/proc/net/dev']).split('\n').slice(2)) {
    const [name, ...figures] = line.trim().split(/:?\s+/)
    if (name === '' || name === 'lo') continue
    total.received += Number(figures[0])
    total.sent += Number(figures[8])
  }
  return total
}
