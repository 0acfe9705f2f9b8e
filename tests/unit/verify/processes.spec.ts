import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import app from '@adonisjs/core/services/app'
import { test } from '@japa/runner'

const { Processes } = await import(app.makeURL('bin/verify/processes.js').href)

/** Whether a process runs; one that ended and was not waited for does not. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** A shell that starts a child of its own, tells its pid, and waits. */
const PARENT = ['sh', '-c', 'sleep 300 & echo $!; wait']

test.group('Processes of a verification', () => {
  test('tell their exit code and what they wrote', async ({ assert }) => {
    const processes = new Processes({ root: app.makePath() })
    const argv = ['sh', '-c', 'echo out; echo err >&2; exit 3']
    const { code, output, timedOut } = await processes.run(argv, { timeout: 10_000 })
    assert.equal(code, 3)
    assert.include(output, 'out')
    assert.include(output, 'err')
    assert.isFalse(timedOut)
  })

  test('are heard line by line', async ({ assert }) => {
    const processes = new Processes({ root: app.makePath() })
    const lines: string[] = []
    const argv = ['sh', '-c', 'printf "one\\ntw"; echo o; printf three']
    const onLine = (line: string) => lines.push(line)
    const { output } = await processes.run(argv, { timeout: 10_000, onLine })
    assert.deepEqual(lines, ['one', 'two', 'three'])
    assert.equal(output, '')
  })

  test('that are not there are a failure, not an exception', async ({ assert }) => {
    const processes = new Processes({ root: app.makePath() })
    const { code, output } = await processes.run(['no-such-program'], { timeout: 10_000 })
    assert.isNull(code)
    assert.include(output, 'ENOENT')
  })

  test('leave no child behind when they take too long', async ({ assert }) => {
    const processes = new Processes({ root: app.makePath() })
    const { output, timedOut } = await processes.run(PARENT, { timeout: 300 })
    assert.isTrue(timedOut)
    const child = Number(output)
    assert.isAbove(child, 1)
    await sleep(50)
    assert.isFalse(isAlive(child))
  })

  test('all end together, children included', async ({ assert }) => {
    const processes = new Processes({ root: app.makePath() })
    const running = [1, 2].map(() => processes.run(PARENT, { timeout: 60_000 }))
    await sleep(200)
    await processes.stopAll()
    assert.isTrue(processes.stopping)
    for (const { output } of await Promise.all(running)) {
      await sleep(50)
      assert.isFalse(isAlive(Number(output)))
    }
  })
})
