import { test } from '@japa/runner'
import { sh } from '#engine/shell/command'
import { Question, question, sayingQuestion } from '#engine/shell/question'
import { describe } from '#engine/shell/render'

test.group('question', () => {
  test('takes its text from the source, and numbers and questions', ({ assert }) => {
    const load = question`read -r load </proc/loadavg`
    const whole = question`${load}; echo $load ${42}`
    assert.equal(describe(whole.command), "read -r load </proc/loadavg; echo $load '42'")
  })

  test('takes no text and no command, which could come from people', ({ assert }) => {
    for (const value of ['id', sh`id`, null, undefined, ['id'], { command: sh`id` }]) {
      assert.throws(() => question`echo ${value as never}`, /no text/)
    }
  })

  test('that says its answer has it printed where it is a command of its own', ({ assert }) => {
    const { command, saying } = sayingQuestion`read -r said </proc/loadavg`
    assert.equal(describe(saying!), 'read -r said </proc/loadavg')
    assert.equal(describe(command), `${describe(saying!)}\nprintf '%s\\n' "$said"`)
    assert.isNull(question`true`.saying)
    assert.throws(() => sayingQuestion`said=${'id' as never}`, /no text/)
  })

  test('is made by the template alone', ({ assert }) => {
    assert.throws(
      () => new Question({ command: sh`id` }, Symbol('other') as never),
      /question template/
    )
    const text = Object.assign(['id'], { raw: ['id'] })
    assert.throws(() => (question as (text: unknown) => unknown)(text), /stands in the source/)
  })

  test('has to be a whole command', ({ assert }) => {
    assert.throws(() => question`echo "`, /must not end/)
  })
})
