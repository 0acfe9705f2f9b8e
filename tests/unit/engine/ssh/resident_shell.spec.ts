import { EventEmitter } from 'node:events'
import { test } from '@japa/runner'
import { question } from '#engine/shell/question'
import { type Connection } from '#engine/ssh/connection'
import { ResidentShell, ShellEnded } from '#engine/ssh/resident_shell'

/** The channel of a server that says whatever it likes. */
class Channel extends EventEmitter {
  readonly stderr = { resume() {} }
  readonly written: string[] = []
  closed = false

  say(text: string) {
    this.emit('data', Buffer.from(text))
  }

  write(text: string) {
    this.written.push(text)
  }

  close() {
    this.closed = true
    this.emit('close')
  }
}

test.group('ResidentShell', () => {
  async function begun() {
    const channel = new Channel()
    let begin = ''
    const connection = {
      ...{ usable: true, ended: false, hold() {}, release() {}, retire() {} },
      startResident(line: string) {
        begin = /begin-[0-9a-f-]+/.exec(line)![0]
        return Promise.resolve({ channel })
      },
    } as unknown as Connection
    const starting = ResidentShell.start(connection, { sudo: false })
    starting.catch(() => {})
    await Promise.resolve()
    await Promise.resolve()
    channel.say(`${begin}\n`)
    return { channel, starting }
  }

  test('is closed when it says too much before its first line ends', async ({ assert }) => {
    const { channel, starting } = await begun()
    channel.say('x'.repeat(4000))
    assert.isFalse(channel.closed)
    channel.say('x'.repeat(97))
    assert.isTrue(channel.closed)
    await assert.rejects(() => starting, ShellEnded)
    channel.say('\n12 12 12\n')
  })

  test('is closed when an answer ends without an exit code', async ({ assert }) => {
    const { channel, starting } = await begun()
    channel.say('12 12 12\n')
    const shell = await starting
    const answer = shell.ask(question`uptime`, 100)
    const [, nonce] = /echo b([\w-]+)/.exec(channel.written[0])!
    channel.say(`b${nonce}\nup\ne${nonce}-`)
    assert.isTrue(shell.usable)
    channel.say('x'.repeat(10_000))
    assert.isTrue(channel.closed)
    assert.isFalse(shell.usable)
    await assert.rejects(() => answer, ShellEnded)
  })
})
