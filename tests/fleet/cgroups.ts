import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
  type Dirent,
} from 'node:fs'
import path from 'node:path'

/**
 * `hybrid`: controllers of cgroup v1 beside a v2 tree, as on machines whose init mounted v1.
 * `unified`: cgroup v2 only (cgroups(7)).
 */
export type CgroupMode = 'hybrid' | 'unified'

/** One mounted cgroup hierarchy and this process's own group in it. */
export interface Hierarchy {
  /** Directory name below /sys/fs/cgroup: `memory`, `cpu,cpuacct`, `systemd`, `unified`. */
  name: string
  /** What mount(8) needs to mount it again: controllers of v1, or `cgroup2`. */
  mount: string
  /** Directory of the group this process is in. */
  group: string
}

const NEEDED_CONTROLLERS = ['cpu', 'memory', 'pids']

/** Device nodes a host may use: null zero full random urandom tty ptmx pts; others only be made. */
const DEVICES = ['1:3', '1:5', '1:7', '1:8', '1:9', '5:0', '5:2', '136:*']
const DEVICE_RULES = [...DEVICES.map((device) => `c ${device} rwm`), 'c *:* m', 'b *:* m']

/** The hierarchies mounted on this machine, by /proc/self/cgroup and /proc/self/mountinfo. */
export function hierarchies(
  own = readFileSync('/proc/self/cgroup', 'utf8'),
  mountinfo = readFileSync('/proc/self/mountinfo', 'utf8')
): Hierarchy[] {
  const mounts = mountinfo.split('\n').flatMap((line) => {
    const [before, after] = line.split(' - ')
    const [type, , options] = after?.split(' ') ?? []
    const point = before.split(' ')[4]
    return type === 'cgroup' || type === 'cgroup2' ? [{ type, point, options }] : []
  })
  return own
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [, id, names, group] = /^(\d+):([^:]*):(.*)$/.exec(line)!
      const mounted = mounts.find(({ type, options }) =>
        id === '0'
          ? type === 'cgroup2'
          : type === 'cgroup' && names.split(',').every((name) => options.split(',').includes(name))
      )
      if (!mounted) return []
      const mount = id === '0' ? 'cgroup2' : names.startsWith('name=') ? `none,${names}` : names
      const name = mounted.point === '/sys/fs/cgroup' ? 'unified' : path.basename(mounted.point)
      return [{ name, mount, group: path.join(mounted.point, group) }]
    })
}

/** How this machine's cgroups are laid out. */
export function cgroupMode(mounted = hierarchies()): CgroupMode {
  return mounted.some(({ mount }) => mount !== 'cgroup2') ? 'hybrid' : 'unified'
}

/** Why hosts with enforced limits cannot run with this machine's cgroups; undefined when they can. */
export function cgroupProblem(mounted = hierarchies()): string | undefined {
  const unified = mounted.find(({ mount }) => mount === 'cgroup2')
  if (cgroupMode(mounted) === 'unified') {
    if (!unified) return 'no cgroup hierarchy is mounted'
    const controllers = readFileSync('/sys/fs/cgroup/cgroup.controllers', 'utf8').trim().split(' ')
    const missing = NEEDED_CONTROLLERS.filter((name) => !controllers.includes(name))
    return missing.length > 0 ? `cgroup v2 lacks controllers: ${missing.join(', ')}` : undefined
  }
  const controllers = mounted.flatMap(({ mount }) => mount.split(','))
  const missing = [...NEEDED_CONTROLLERS, 'name=systemd'].filter((n) => !controllers.includes(n))
  return missing.length > 0 ? `cgroup v1 lacks hierarchies: ${missing.join(', ')}` : undefined
}

/** Directory, per hierarchy, that holds the groups of all hosts of the fleet called `fleet`. */
export function fleetGroups(fleet: string, mounted = hierarchies()): string[] {
  return mounted.map(({ mount, group }) =>
    // v2 gives controllers only to children of groups without processes of their own: the root.
    mount === 'cgroup2' && cgroupMode(mounted) === 'unified'
      ? path.join('/sys/fs/cgroup', fleet)
      : path.join(group, fleet)
  )
}

/** Makes the groups of one host in every hierarchy and returns their directories. */
export function createHostGroups(fleet: string, host: string): string[] {
  const mounted = hierarchies()
  return fleetGroups(fleet, mounted).map((parent, index) => {
    const group = path.join(parent, host)
    mkdirSync(group, { recursive: true })
    const { mount } = mounted[index]
    if (mount === 'cpuset') inheritCpus(parent, group)
    if (mount === 'devices') restrictDevices(group)
    if (mount === 'cgroup2') delegateControllers(path.dirname(parent), parent)
    return group
  })
}

function inheritCpus(parent: string, group: string): void {
  for (const directory of [parent, group]) {
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const inherited = readFileSync(path.join(directory, '..', file))
      writeFileSync(path.join(directory, file), inherited)
    }
    writeFileSync(path.join(directory, 'cgroup.clone_children'), '1')
  }
}

function restrictDevices(group: string): void {
  writeFileSync(path.join(group, 'devices.deny'), 'a')
  for (const rule of DEVICE_RULES) writeFileSync(path.join(group, 'devices.allow'), rule)
}

function delegateControllers(...groups: string[]): void {
  if (cgroupMode() !== 'unified') return
  for (const group of groups) {
    const controllers = readFileSync(path.join(group, 'cgroup.controllers'), 'utf8').trim()
    for (const name of controllers.split(' ').filter(Boolean)) {
      writeFileSync(path.join(group, 'cgroup.subtree_control'), `+${name}`)
    }
  }
}

/** Kills every process in the groups and below. */
export function killGroups(groups: readonly string[]): void {
  for (const group of groups) {
    if (!existsSync(group)) continue
    killGroups(subgroups(group))
    const pids = readFileSync(path.join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)
    for (const pid of pids) {
      // 0 is a process of another pid namespace, -1 would be everyone.
      if (Number(pid) > 1) killProcess(Number(pid))
    }
  }
}

/** Removes the groups with all below. Raises an error when processes stay in them for 10 s. */
export function removeGroups(groups: readonly string[]): void {
  for (let attempt = 0; ; attempt++) {
    try {
      groups.filter((group) => existsSync(group)).forEach(removeGroup)
      return
    } catch (error) {
      if (attempt >= 1000) throw error
      // A killed process leaves its group a moment after the signal.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

/** Removes what is below the groups, not the groups. */
export function emptyGroups(groups: readonly string[]): void {
  removeGroups(groups.flatMap((group) => (existsSync(group) ? subgroups(group) : [])))
}

function removeGroup(group: string): void {
  subgroups(group).forEach(removeGroup)
  rmdirSync(group)
}

function subgroups(group: string): string[] {
  const entries: Dirent[] = readdirSync(group, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(group, name))
}

/** Sends SIGKILL; a process that has ended already is no error. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
