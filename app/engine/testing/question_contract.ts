import { test } from '@japa/runner'
import { type Question, question } from '#engine/shell/question'
import { type Answer } from '#engine/ssh/answer'
import { type RemoteError } from '#engine/ssh/errors'
import { type AskOptions } from '#engine/ssh/remote'
import { type Reply } from '#engine/testing/fake_remote'
import { rejected } from '#engine/testing/rejected'
import type { RemoteUnderTest } from '#engine/testing/remote_contract'

/** Registers the tests of questions that every `Remote` has to pass. */
export function questionContract(subject: () => RemoteUnderTest): void {
  /** Asks what a fake is taught the answer to. */
  async function ask(asked: Question, reply: Reply, options: AskOptions = {}): Promise<Answer> {
    const { remote, teach } = subject()
    teach(asked.command, reply)
    return remote.ask(asked, options)
  }

  test('a question gives its exit code and its output as it is', async ({ assert }) => {
    const four = question`echo "it's"; printf '  no end'; (exit ${4})`
    const answer = await ask(four, { stdout: "it's\n  no end", code: 4 })
    assert.deepEqual(answer, { code: 4, output: "it's\n  no end", truncated: false })
    const nothing = await ask(question`false`, { code: 1 })
    assert.deepEqual(nothing, { code: 1, output: '', truncated: false })
  })

  test('an answer is cut at its limit, and says so', async ({ assert }) => {
    const stdout = '0123456789'
    const exact = await ask(question`printf 0123456789`, { stdout }, { maxBytes: 10 })
    assert.deepEqual(exact, { code: 0, output: '0123456789', truncated: false })
    const cut = await ask(question`printf 0123456789`, { stdout }, { maxBytes: 9 })
    assert.deepEqual(cut, { code: 0, output: '012345678', truncated: true })
  })

  test('questions asked at once each get their own answer', async ({ assert }) => {
    const answers = Array.from({ length: 20 }, (_, index) =>
      ask(question`echo ${index}`, { stdout: `${index}\n` })
    )
    const given = await Promise.all(answers)
    const outputs = given.map(({ output }) => output)
    assert.deepEqual(
      outputs,
      outputs.map((_, index) => `${index}\n`)
    )
  })

  test('a question reads no input and shows no errors', async ({ assert }) => {
    const answer = await ask(question`cat; echo ${0} >&2; echo done`, { stdout: 'done\n' })
    assert.equal(answer.output, 'done\n')
  })

  test('a question that hangs rejects with E_TIMEOUT, and the next is answered', async ({
    assert,
  }) => {
    const late = ask(question`sleep ${30}`, { delay: 30_000 }, { timeout: 300 })
    const behind = ask(question`echo behind`, { stdout: 'behind\n' })
    const error = await rejected<RemoteError>(late)
    assert.equal(error.code, 'E_TIMEOUT')
    assert.include(error.message, 'sleep')
    const { output } = await behind
    assert.equal(output, 'behind\n')
  })
}
