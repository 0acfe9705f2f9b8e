import { type DiskFacts, type ServerFacts } from '#engine/facts/facts'
import { parsePorts, parseServices } from '#engine/facts/parse_services'

const MAX_LINES = 800
const MAX_VALUE = 200
const MAX_DISKS = 50

/** File systems that hold nobody's data. */
const VIRTUAL = /^(?:tmpfs|devtmpfs|squashfs|iso9660|efivarfs|ramfs|overlay|fuse\.snapfuse)$/

const MANAGERS: Record<string, string> = {
  'apt-get': 'apt',
  'dnf': 'dnf',
  'yum': 'yum',
  'zypper': 'zypper',
  'apk': 'apk',
  'pacman': 'pacman',
}

/**
 * Reads the facts out of a server's answer. Whatever it says, the result has the right types and
 * bounded sizes: text is cut to 200 characters and freed of control characters, numbers that are
 * none are 0, and what is missing is empty.
 */
export function parseFacts(output: string): ServerFacts {
  const { values, disks, lists } = readLines(output)
  const text = (name: string) => values.get(name) ?? ''
  const kibibytes = (name: string) => whole(/^(\d{1,15}) kB$/.exec(text(name))?.[1]) * 1024
  const load = text('load').split(' ')
  return {
    hostname: text('hostname'),
    os: {
      id: unquote(text('os_ID')),
      version: unquote(text('os_VERSION_ID')),
      name: unquote(text('os_PRETTY_NAME')),
    },
    kernel: text('kernel'),
    architecture: text('architecture'),
    cpus: whole(text('cpus')),
    cpuModel: text('cpu_model').replace(/\s+/g, ' '),
    memory: { totalBytes: kibibytes('MemTotal'), availableBytes: kibibytes('MemAvailable') },
    swap: { totalBytes: kibibytes('SwapTotal'), freeBytes: kibibytes('SwapFree') },
    disks,
    load: [decimal(load[0]), decimal(load[1]), decimal(load[2])],
    uptimeSeconds: Math.floor(decimal(text('uptime').split(' ')[0])),
    bootId: /^[0-9a-f-]{36}$/.exec(text('boot_id'))?.[0] ?? '',
    init: text('init'),
    packageManager: MANAGERS[text('package_manager')] ?? null,
    timezone: /^[A-Za-z0-9_+/-]{1,64}$/.exec(text('timezone'))?.[0] ?? 'UTC',
    services: parseServices(lists.service),
    ports: parsePorts(lists.listen, lists.socket),
    rebootRequired: text('reboot_required') === 'yes',
    updates: updatesOf(text('updates')),
    versions: {
      nginx: version(text('nginx')),
      git: version(text('git')),
      node: version(text('node')),
      npm: version(text('npm')),
      php:
        text('php')
          .match(/\d{1,2}\.\d{1,2}/g)
          ?.slice(0, 8)
          .join(', ') ?? null,
      python: version(text('python')),
    },
  }
}

/** Facts of which there are several, a line each. */
const LISTS = ['service', 'listen', 'socket'] as const

function readLines(output: string) {
  const values = new Map<string, string>()
  const lists: Record<(typeof LISTS)[number], string[]> = { service: [], listen: [], socket: [] }
  const disks = new Map<string, DiskFacts>()
  for (const line of output.split('\n').slice(0, MAX_LINES)) {
    const match = /^fact (\w{1,32}) (.*)$/.exec(line)
    if (match === null) continue
    const [, name, raw] = match
    const list = LISTS.find((each) => each === name)
    if (name === 'disk') addDisk(disks, raw)
    else if (list) lists[list].push(clean(raw))
    else values.set(name, clean(raw))
  }
  const sorted = [...disks.values()].sort((a, b) => a.mount.length - b.mount.length)
  return { values, lists, disks: sorted.slice(0, MAX_DISKS) }
}

/** A line of `df -PkT`: device, type, blocks, used, available, capacity, mount point. */
function addDisk(disks: Map<string, DiskFacts>, line: string): void {
  const form = /^(\S+) +(\S+) +(\d{1,15}) +(\d{1,15}) +(\d{1,15}) +\S+ +(\/.*)$/
  const match = form.exec(line)
  if (match === null) return
  const [, device, filesystem, size, used, available, mount] = match
  if (VIRTUAL.test(filesystem) && mount !== '/') return
  const known = disks.get(device)
  if (known && known.mount.length <= mount.length) return
  disks.set(device, {
    mount: clean(mount),
    filesystem: clean(filesystem),
    sizeBytes: whole(size) * 1024,
    usedBytes: whole(used) * 1024,
    availableBytes: whole(available) * 1024,
  })
}

function clean(value: string): string {
  return value
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .trim()
    .slice(0, MAX_VALUE)
}

/** A value of os-release(5), which may be in shell quotes. */
function unquote(value: string): string {
  return /^(["'])(.*)\1$/.exec(value)?.[2] ?? value
}

function whole(value: string | undefined): number {
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : 0
}

function decimal(value: string | undefined): number {
  return value !== undefined && /^\d{1,12}(?:\.\d{1,6})?$/.test(value) ? Number(value) : 0
}

function updatesOf(value: string): ServerFacts['updates'] {
  const [, total, security] = /^(\d{1,6}) (\d{1,6})$/.exec(value) ?? []
  return total === undefined ? null : { total: Number(total), security: Number(security) }
}

function version(value: string): string | null {
  return /\d{1,6}(?:\.\d{1,6}){1,3}/.exec(value)?.[0] ?? null
}
