import { type PortFacts, type ServiceFacts } from '#engine/facts/facts'

const MAX_SERVICES = 60
const MAX_PORTS = 100

/**
 * Services out of lines of `systemctl list-units --plain`: unit, load, active, sub, description.
 * Units that are not loaded, and names that no unit can have, are left out.
 */
export function parseServices(lines: readonly string[]): ServiceFacts[] {
  const found = new Map<string, ServiceFacts>()
  for (const line of lines) {
    const form = /^([A-Za-z0-9:_.@\\-]{1,100})\.service +loaded +([a-z-]{1,20}) /
    const [, name, state] = form.exec(line) ?? []
    if (name !== undefined) found.set(name, { name, state })
  }
  return [...found.values()]
    .sort((one, other) => one.name.localeCompare(other.name, 'en'))
    .slice(0, MAX_SERVICES)
}

/**
 * Ports out of lines of `ss -Hltnp`, or, where there is no ss, of `/proc/net/tcp` and `tcp6`
 * (proc_net_tcp, kernel documentation), which do not name processes.
 */
export function parsePorts(listen: readonly string[], sockets: readonly string[]): PortFacts[] {
  const found = new Map<string, PortFacts>()
  for (const port of [...listen.map(listening), ...sockets.map(listeningSocket)]) {
    if (port === null || port.port < 1 || port.port > 65_535) continue
    const key = `${port.port} ${port.address}`
    if (!found.has(key)) found.set(key, port)
  }
  return [...found.values()]
    .sort((one, other) => one.port - other.port || one.address.localeCompare(other.address, 'en'))
    .slice(0, MAX_PORTS)
}

function listening(line: string): PortFacts | null {
  const form = /^LISTEN +\d+ +\d+ +(\S{1,80}):(\d{1,5}) +\S+(?: +users:\(\("([^"]{1,40})")?/
  const [, address, port, process] = form.exec(line) ?? []
  if (address === undefined) return null
  // An address may name its interface: 127.0.0.53%lo.
  const plain = address.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '')
  if (plain !== '*' && !/^[0-9A-Fa-f:.]{2,45}$/.test(plain)) return null
  return { port: Number(port), address: everywhere(plain), process: process ?? null }
}

/** `sl local_address rem_address st ...`, addresses as hexadecimal words of the machine. */
function listeningSocket(line: string): PortFacts | null {
  const form = /^\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /
  const [, address, port] = form.exec(line) ?? []
  if (address === undefined) return null
  return { port: Number.parseInt(port, 16), address: addressOf(address), process: null }
}

function addressOf(hex: string): string {
  if (/^0+$/.test(hex)) return '*'
  const words = hex.match(/.{8}/g)!.map((word) => word.match(/../g)!.reverse().join(''))
  if (words.length === 1) {
    return words[0]
      .match(/../g)!
      .map((byte) => Number.parseInt(byte, 16))
      .join('.')
  }
  const groups = words.join('').match(/.{4}/g)!
  const text = groups.map((group) => group.toLowerCase().replace(/^0{1,3}/, '')).join(':')
  return text === '0:0:0:0:0:0:0:1' ? '::1' : text
}

function everywhere(address: string): string {
  return address === '0.0.0.0' || address === '::' ? '*' : address
}
