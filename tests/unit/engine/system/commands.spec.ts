import { test } from '@japa/runner'
import { sh } from '#engine/shell/command'
import { describe, render } from '#engine/shell/render'
import { Secret } from '#engine/shell/secret'
import { installPackages } from '#engine/system/apt'
import { directory, swapLink, writeFile } from '#engine/system/files'
import { git, gitVariables } from '#engine/system/git'
import { asUser, ensureSystemUser } from '#engine/system/users'

test.group('Commands for servers', () => {
  test('a file is written aside, closed to others from the first, and moved', ({ assert }) => {
    const command = writeFile('/srv/x/env', new Secret('A=1'), { mode: '0640', group: 'shop' })
    assert.equal(
      render(command),
      `install -m '0640' -o 'root' -g 'shop' /dev/null '/srv/x/env.new' && printf '%s' 'A=1' > '/srv/x/env.new' && mv -T -- '/srv/x/env.new' '/srv/x/env'`
    )
    assert.notInclude(describe(command), 'A=1')
  })

  test('a link is swapped by a rename', ({ assert }) => {
    assert.equal(
      render(swapLink('releases/x', '/srv/current')),
      `ln -sfn -- 'releases/x' '/srv/current.new' && mv -T -- '/srv/current.new' '/srv/current'`
    )
  })

  test('a directory has its mode whatever the umask', ({ assert }) => {
    assert.equal(
      render(directory('/srv/muster', '0755')),
      `install -d -m '0755' -o 'root' -g 'root' -- '/srv/muster'`
    )
  })

  test('packages are installed without a question and behind other installations', ({ assert }) => {
    const text = render(installPackages(['nginx', 'git']))
    assert.include(text, `'DEBIAN_FRONTEND=noninteractive'`)
    assert.include(text, `'DPkg::Lock::Timeout=300'`)
    assert.isTrue(text.endsWith(`--no-install-recommends install -- 'nginx' 'git'`))
    assert.throws(() => installPackages(['-o=x']), /package/)
    assert.throws(() => installPackages(['a b']), /package/)
  })

  test('git asks nobody, trusts pinned keys only and runs no hook', ({ assert }) => {
    const variables = gitVariables({
      repository: '/srv/x/repo.git',
      keyFile: '/run/muster/x/key',
      knownHostsFile: '/run/muster/x/known_hosts',
    })
    const ssh = variables.find((variable) => variable.startsWith('GIT_SSH_COMMAND='))
    for (const option of [
      'BatchMode=yes',
      'StrictHostKeyChecking=yes',
      'IdentitiesOnly=yes',
      'UserKnownHostsFile=/run/muster/x/known_hosts',
      'GlobalKnownHostsFile=/dev/null',
      'IdentityFile=/run/muster/x/key',
    ]) {
      assert.include(ssh, ` -o ${option}`)
    }
    assert.includeMembers(variables, ['GIT_TERMINAL_PROMPT=0', 'GIT_ALLOW_PROTOCOL=https:ssh'])
    assert.include(render(git('/srv/x/repo.git', sh`fetch`)), `'core.hooksPath=/dev/null'`)
    assert.throws(() =>
      gitVariables({ repository: '/x', keyFile: '/a b -o ProxyCommand=x', knownHostsFile: '/y' })
    )
  })

  test('a user’s command has nothing of root’s environment', ({ assert }) => {
    const text = render(asUser({ user: 'shop', home: '/srv/x', variables: ['A=b c'] }, sh`id`))
    assert.match(
      text,
      /^setpriv --reuid 'shop' --regid 'shop' --init-groups --no-new-privs env -i /
    )
    assert.isTrue(text.endsWith(` 'A=b c' id`))
    assert.throws(() => asUser({ user: '-x', home: '/srv/x' }, sh`id`), /user/)
    assert.throws(() => ensureSystemUser('a b', '/srv/x'), /user/)
    assert.throws(() => ensureSystemUser('a', '/srv/../x'), /home/)
  })
})
