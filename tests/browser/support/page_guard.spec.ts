import { test } from '@japa/runner'
import { expectPageProblem } from '#tests/support/page_guard'

test.group('Page guard', () => {
  test('sees what a page writes to the console as an error', async ({ visit }) => {
    expectPageProblem(/broken on purpose/)
    const page = await visit('/login')
    await page.evaluate(() => console.error('broken on purpose'))
  })

  test('sees what nobody caught', async ({ visit }) => {
    expectPageProblem(/uncaught: thrown on purpose/)
    const page = await visit('/login')
    const thrown = page.waitForEvent('pageerror')
    await page.evaluate(() => {
      setTimeout(() => {
        throw new Error('thrown on purpose')
      })
    })
    await thrown
  })

  test('sees a script that the policy forbids, in any context', async ({ browser, assert }) => {
    expectPageProblem(/content security policy: script-src/)
    expectPageProblem(/Content Security Policy/)
    await using context = await browser.newContext({ baseURL: process.env.APP_URL })
    const page = await context.newPage()
    await page.goto('/login')
    const ran = await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'document.documentElement.dataset.ran = "yes"'
      document.head.append(script)
      return document.documentElement.dataset.ran
    })
    assert.isUndefined(ran)
  })

  test('sees a style attribute that the policy forbids', async ({ visit }) => {
    expectPageProblem(/content security policy: style-src/)
    expectPageProblem(/Content Security Policy/)
    const page = await visit('/login')
    const reported = page.waitForEvent('console', (message) => /^content/.test(message.text()))
    await page.evaluate(() => document.body.setAttribute('style', 'color: red'))
    await reported
  })
})
