import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { execute } from '#tests/fleet/execute'

/** Each host's systemd takes about seven inotify instances of root's; the default of 128 ends at 18. */
const INOTIFY_INSTANCES = 4096
const INOTIFY_LIMIT = '/proc/sys/fs/inotify/max_user_instances'

/** Where one host is plugged in. */
export interface Port {
  /** Name of the network namespace (ip-netns(8)). */
  namespace: string
  /** The machine's end of the host's cable. */
  link: string
  /** IPv4 address of the host. */
  address: string
}

/**
 * The network of one fleet: a bridge on this machine, and a namespace per host with one cable to it. The
 * bridge is the hosts' default route; nothing is forwarded from there.
 */
export class Network {
  readonly #fleet: string
  readonly #subnet: string
  readonly bridge: string
  readonly gateway: string

  /** `fleet` begins every name, at most 8 characters; `number` (1 to 250) gives 10.77.<number>.0/24. */
  constructor(fleet: string, number: number) {
    this.#fleet = fleet
    this.#subnet = `10.77.${number}`
    this.bridge = `${fleet}br`
    this.gateway = `${this.#subnet}.1`
  }

  /** The port of the host called `host`, the `index`th of its fleet from 0. */
  port(host: string, index: number): Port {
    return {
      namespace: `${this.#fleet}-${host}`,
      link: `${this.#fleet}v${index + 1}`,
      address: `${this.#subnet}.${index + 11}`,
    }
  }

  create(ports: readonly Port[]): void {
    if (Number(readFileSync(INOTIFY_LIMIT, 'utf8')) < INOTIFY_INSTANCES) {
      writeFileSync(INOTIFY_LIMIT, String(INOTIFY_INSTANCES))
    }
    ip([
      `link add ${this.bridge} type bridge`,
      `addr add ${this.gateway}/24 dev ${this.bridge}`,
      `link set ${this.bridge} up`,
      ...ports.flatMap(({ namespace, link }) => [
        `netns add ${namespace}`,
        `link add ${link} type veth peer name eth0 netns ${namespace}`,
        `link set ${link} master ${this.bridge} up`,
      ]),
    ])
    for (const { namespace, address } of ports) {
      const inside = [
        'link set lo up',
        `addr add ${address}/24 dev eth0`,
        'link set eth0 up',
        `route add default via ${this.gateway}`,
      ]
      ip(inside, namespace)
    }
  }

  /** Removes what bears the fleet's name, whoever made it. */
  remove(): void {
    const namespaces = existsSync('/run/netns') ? readdirSync('/run/netns') : []
    const own = namespaces.filter((name) => name.startsWith(`${this.#fleet}-`))
    const cable = new RegExp(`^${this.#fleet}(v\\d+|br)$`)
    // The kernel takes a namespace's cables away some time after the namespace: they go first.
    const links = readdirSync('/sys/class/net').filter((name) => cable.test(name))
    ip([...links.map((name) => `link del ${name}`), ...own.map((name) => `netns del ${name}`)])
  }
}

/** Cuts or mends the cable of a host; both ends go on running. */
export function setLink(port: Port, state: 'up' | 'down'): void {
  ip([`link set ${port.link} ${state}`])
}

function ip(lines: string[], namespace?: string): void {
  if (lines.length === 0) return
  const where = namespace ? ['-n', namespace] : []
  execute(['ip', ...where, '-batch', '-'], { input: lines.join('\n') + '\n' })
}
