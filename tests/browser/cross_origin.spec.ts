import { createServer, type Server as HttpServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from '@japa/runner'
import type { Browser, BrowserContext } from 'playwright'
import Project from '#app/projects/models/project'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import { launchChromium } from '#tests/support/chromium'
import {
  createBelongings,
  createTenant,
  PASSWORD,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'

/*
| A person who is signed in opens a page of someone else's. It stands once on another site
| (localhost), which gets no cookies, and once on another origin of the same site (another port of
| 127.0.0.1), which does.
*/
test.group('S4: pages of others', (group) => {
  const panel = () => process.env.APP_URL!
  let tenant: Tenant
  let belongings: Belongings
  let browser: Browser
  let context: BrowserContext
  let evil: HttpServer
  let page = ''

  group.setup(async () => {
    tenant = await createTenant()
    belongings = await createBelongings(tenant)
    await belongings.passkey.delete()
    evil = createServer((_, response) => {
      response.setHeader('content-type', 'text/html')
      response.end(`<!DOCTYPE html><title>evil</title>${page}`)
    })
    evil.listen(0)
    await once(evil, 'listening')
    browser = await launchChromium({})
    return async () => {
      await browser.close()
      evil.closeAllConnections()
      evil.close()
    }
  })

  group.each.setup(async () => {
    context = await browser.newContext()
    const login = await context.newPage()
    await login.goto(`${panel()}/login`)
    await login.getByLabel('E-mail').fill(tenant.owner.email)
    await login.getByLabel('Password').fill(PASSWORD)
    await login.getByRole('button', { name: 'Log in', exact: true }).click()
    await login.waitForURL(/\/dashboard$/)
    await login.close()
    return () => context.close()
  })

  /** Opens a page of the attacker's, on the origin given, with this body. */
  async function open(host: string, body: string) {
    page = body
    const opened = await context.newPage()
    await opened.goto(`http://${host}:${(evil.address() as AddressInfo).port}/`)
    return opened
  }

  /** What a form that a page of the attacker's posts there is answered, by the page it leads to. */
  async function statusOfPost(host: string, action: string): Promise<number> {
    const evilPage = await open(host, `<form method="post" action="${action}"></form>`)
    await evilPage.evaluate(() => void setTimeout(() => document.forms[0].submit()))
    await evilPage.waitForURL(action)
    const status = await evilPage.evaluate(() => {
      const [answer] = performance.getEntriesByType('navigation')
      return (answer as PerformanceNavigationTiming).responseStatus
    })
    await evilPage.close()
    return status
  }

  const hosts = ['localhost', '127.0.0.1']

  test('post no form in the name of who looks at them (from {$self})')
    .with(hosts)
    .run(async ({ assert }, host) => {
      const before = await databaseSnapshot()
      const action = `${panel()}/projects/${belongings.project.id}/deployments`
      assert.equal(await statusOfPost(host, action), 419)
      assert.deepEqual(await databaseSnapshot(), before)
      const own = await context.newPage()
      await own.goto(`${panel()}/dashboard`)
      assert.match(own.url(), /\/dashboard$/, 'nobody was logged out')
      await own.close()
    })

  test('read nothing of the panel (from {$self})')
    .with(hosts)
    .run(async ({ assert }, host) => {
      const evilPage = await open(host, '')
      const read = await evilPage.evaluate(async (url) => {
        const answers: string[] = []
        for (const path of ['/dashboard', '/palette?q=', '/api/v1/token']) {
          const answer = await fetch(url + path, { credentials: 'include' }).catch(() => null)
          answers.push(answer ? await answer.text() : 'refused')
        }
        return answers
      }, panel())
      assert.deepEqual(read, ['refused', 'refused', 'refused'])
      await evilPage.close()
    })

  test('change nothing by requests of scripts (from {$self})')
    .with(hosts)
    .run(async ({ assert }, host) => {
      const evilPage = await open(host, '')
      const path = `${panel()}/projects/${belongings.project.id}`
      await evilPage.evaluate(async (url) => {
        for (const method of ['DELETE', 'PUT', 'POST']) {
          const options = { method, credentials: 'include', mode: 'no-cors' } as const
          await fetch(url, options).catch(() => null)
          await fetch(`${url}?_method=${method}`, { ...options, method: 'POST' }).catch(() => null)
        }
      }, path)
      const project = await Project.within(tenant.scope).where('id', belongings.project.id).first()
      assert.equal(project?.name, belongings.project.name)
      await evilPage.close()
    })

  test('follow no run (from {$self})')
    .with(hosts)
    .run(async ({ assert }, host) => {
      const evilPage = await open(host, '')
      const heard = await evilPage.evaluate(
        (url) =>
          new Promise<string>((resolve) => {
            const source = new EventSource(url, { withCredentials: true })
            source.onopen = () => resolve('open')
            source.onmessage = ({ data }) => resolve(data)
            source.onerror = () => resolve('refused')
          }),
        `${panel()}/runs/${belongings.run.id}/events`
      )
      assert.equal(heard, 'refused')
      await evilPage.close()
    })

  test('open no socket (from {$self})')
    .with(hosts)
    .run(async ({ assert }, host) => {
      const evilPage = await open(host, '')
      const heard = await evilPage.evaluate(
        (url) =>
          new Promise<string>((resolve) => {
            const socket = new WebSocket(url)
            socket.onopen = () => resolve('open')
            socket.onerror = () => resolve('refused')
          }),
        `${panel().replace('http', 'ws')}/runs/${belongings.run.id}/events`
      )
      assert.equal(heard, 'refused')
      await evilPage.close()
    })

  test('open no terminal, though they bring cookies and even a ticket (from {$self})')
    .with(hosts)
    .run(async ({ assert }, host) => {
      const own = await context.newPage()
      await own.goto(`${panel()}/dashboard`)
      const { server } = belongings
      const takeTicket = (url: string) =>
        own.evaluate(async (path) => {
          const token = document.querySelector<HTMLInputElement>('[name=_csrf]')!.value
          const body = new URLSearchParams({ _csrf: token })
          const response = await fetch(path, { method: 'POST', body })
          return ((await response.json()) as { ticket: string }).ticket
        }, url)
      const knock = (from: typeof own, ticket: string) =>
        from.evaluate(
          ([url, text]) =>
            new Promise<string>((resolve) => {
              const socket = new WebSocket(url, ['muster.terminal', `ticket.${text}`])
              socket.onopen = () => resolve('open')
              socket.onerror = () => resolve('refused')
            }),
          [`${panel().replace('http', 'ws')}/servers/${server.id}/terminal/socket`, ticket]
        )
      const ticket = await takeTicket(`/servers/${server.id}/terminals`)
      const evilPage = await open(host, '')
      assert.equal(await knock(evilPage, ticket), 'refused')
      assert.equal(await knock(own, ticket), 'open', 'the ticket was a good one')
      await own.close()
      await evilPage.close()
    })

  test('show no page of the panel in a frame (from {$self})')
    .with(hosts)
    .run(async ({ assert }, host) => {
      const frame = `<iframe src="${panel()}/servers/${belongings.server.id}"></iframe>`
      const evilPage = await open(host, frame)
      await evilPage.waitForLoadState('networkidle')
      const [, inner] = evilPage.frames()
      assert.notInclude(await inner.content(), belongings.server.name)
      await evilPage.close()
    })

  test('learn no address of the panel from where a link came', async ({ assert }) => {
    const opened = await context.newPage()
    await opened.goto(`${panel()}/servers/${belongings.server.id}`)
    const came = once(evil, 'request')
    const { port } = evil.address() as AddressInfo
    await opened.evaluate(
      (url) => void setTimeout(() => (location.href = url)),
      `http://localhost:${port}/`
    )
    const [request] = await came
    assert.isUndefined(request.headers.referer)
    await opened.close()
  })
})
