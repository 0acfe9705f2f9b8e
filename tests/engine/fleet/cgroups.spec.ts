import { test } from '@japa/runner'
import { cgroupMode, cgroupProblem, hierarchies } from '#tests/fleet/cgroups'

const mountinfo = (mounts: [string, string, string][]) =>
  mounts
    .map(
      ([point, type, options]) => `30 20 0:1 / ${point} rw shared:1 - ${type} ${type} ${options}`
    )
    .join('\n')

test.group('Cgroup hierarchies', () => {
  test('are found where v1 controllers are mounted one by one or together', ({ assert }) => {
    const found = hierarchies(
      '4:memory:/job\n3:cpu,cpuacct:/\n2:name=systemd:/user.slice\n1:perf_event:/\n0::/job\n',
      mountinfo([
        ['/', 'ext4', 'rw'],
        ['/sys/fs/cgroup/memory', 'cgroup', 'rw,memory'],
        ['/sys/fs/cgroup/cpu,cpuacct', 'cgroup', 'rw,cpu,cpuacct'],
        ['/sys/fs/cgroup/systemd', 'cgroup', 'rw,xattr,name=systemd'],
        ['/sys/fs/cgroup/unified', 'cgroup2', 'rw,nsdelegate'],
      ])
    )
    assert.deepEqual(found, [
      { name: 'memory', mount: 'memory', group: '/sys/fs/cgroup/memory/job' },
      { name: 'cpu,cpuacct', mount: 'cpu,cpuacct', group: '/sys/fs/cgroup/cpu,cpuacct/' },
      {
        name: 'systemd',
        mount: 'none,name=systemd',
        group: '/sys/fs/cgroup/systemd/user.slice',
      },
      { name: 'unified', mount: 'cgroup2', group: '/sys/fs/cgroup/unified/job' },
    ])
    assert.equal(cgroupMode(found), 'hybrid')
    assert.equal(cgroupProblem(found), 'cgroup v1 lacks hierarchies: pids')
  })

  test('are one where the machine has v2 alone', ({ assert }) => {
    const mounts = mountinfo([['/sys/fs/cgroup', 'cgroup2', 'rw']])
    const found = hierarchies('0::/user.slice/session-1.scope\n', mounts)
    const group = '/sys/fs/cgroup/user.slice/session-1.scope'
    assert.deepEqual(found, [{ name: 'unified', mount: 'cgroup2', group }])
    assert.equal(cgroupMode(found), 'unified')
  })

  test('are a problem where none is mounted', ({ assert }) => {
    assert.equal(cgroupProblem(hierarchies('0::/\n', '')), 'no cgroup hierarchy is mounted')
  })
})
