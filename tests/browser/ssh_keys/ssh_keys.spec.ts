import { test } from '@japa/runner'
import type { Browser, BrowserContext, Page } from 'playwright'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { RunWorker } from '#app/runs/worker/run_worker'
import { ServerRemotes } from '#app/servers/server_remotes'
import ContinueRotations from '#app/ssh_keys/actions/continue_rotations'
import { createFleet } from '#tests/fleet/fleet'
import { openSsh } from '#tests/engine/fleet/open_ssh'
import { launchChromium } from '#tests/support/chromium'
import { connectedServer } from '#tests/support/fleet_servers'
import { watchContext } from '#tests/support/page_guard'
import { keepScreenshot } from '#tests/support/screenshot'
import { createTenant, PASSWORD, type Tenant } from '#tests/support/tenants'

/*
| A key's way: from a person's account to a server, and a server's way to a new login key. The tests
| build on one another.
*/
test.group('SSH keys', (group) => {
  const fleet = createFleet({ image: 'base' })
  const host = () => fleet.host('web-1')
  const pair = generateKeyPair('ada@laptop')
  const remotes = new ServerRemotes()
  const worker = new RunWorker(remotes)
  let ticking: NodeJS.Timeout
  let browser: Browser
  let tenant: Tenant
  let context: BrowserContext
  let page: Page

  group.each.timeout(90_000)
  group.setup(async () => {
    await fleet.start(1)
    host().addUser('ada')
    tenant = await createTenant()
    await connectedServer(tenant.scope, host())
    worker.start()
    ticking = setInterval(() => void new ContinueRotations(remotes).handle(), 500)
    browser = await launchChromium({})
    const baseURL = process.env.APP_URL
    context = await browser.newContext({ baseURL, viewport: { width: 1280, height: 800 } })
    watchContext(context)
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    await page.goto('/login')
    await page.getByLabel('E-mail').fill(tenant.owner.email)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Log in', exact: true }).click()
    await page.waitForURL('**/dashboard')
  })
  group.teardown(async () => {
    clearInterval(ticking)
    await browser.close()
    await worker.stop()
    await remotes.close()
    await fleet.stop()
  })
  group.each.setup((current) => async (failed: boolean) => {
    if (failed) await keepScreenshot(page, current.title)
  })

  const logIn = () =>
    openSsh(host(), 'id -un', { user: 'ada', privateKey: pair.privateKey.reveal() })

  test('a person adds their public key', async ({ assert }) => {
    await page.goto('/account/ssh-keys')
    await page.getByLabel('Name').fill('Laptop')
    await page.getByLabel('Public key').fill('not a key')
    await page.getByRole('button', { name: 'Add key' }).click()
    await page.getByText('This is not a public key').waitFor()
    await page.getByLabel('Public key').fill(`${pair.publicKey}\n`)
    await page.getByRole('button', { name: 'Add key' }).click()
    await page.getByText('Laptop is added.').waitFor()
    assert.throws(logIn)
  })

  test('it is installed on a server, and lets them in', async ({ assert }) => {
    await page.getByRole('link', { name: 'SSH keys' }).first().click()
    await page.getByRole('link', { name: 'People’s keys' }).click()
    await page.getByRole('link', { name: 'Laptop' }).click()
    await page.getByLabel('web-1', { exact: true }).check()
    await page.getByLabel('User').fill('ada')
    await page.getByRole('button', { name: 'Install', exact: true }).click()
    await page.getByText('Installed', { exact: true }).nth(1).waitFor()
    assert.equal(logIn().trim(), 'ada')
  })

  test('a look tells it from keys that nobody knows', async () => {
    const foreign = generateKeyPair('nobody knows').publicKey
    host().inside(['sh', '-c', 'printf "%s\\n" "$1" >> /root/.ssh/authorized_keys', 'sh', foreign])
    await page.getByRole('link', { name: 'web-1' }).first().click()
    await page.getByRole('button', { name: 'Look' }).click()
    await page.getByText('Muster looked at the keys of web-1').waitFor()
    await page.getByText('Muster logs in', { exact: true }).waitFor()
    await page.getByRole('link', { name: /^Laptop of/ }).waitFor()
    await page.getByText('Unknown', { exact: true }).waitFor()
  })

  test('the login key is rotated, and the page follows', async ({ assert }) => {
    await page.getByRole('button', { name: 'Rotate' }).first().click()
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click()
    await page.getByText('Muster logs in with the new key', { exact: true }).waitFor()
    const keys = host().inside(['cat', '/root/.ssh/authorized_keys'])
    assert.notInclude(keys, host().publicKey)
  })

  test('a key pair is made and shared by the server', async () => {
    await page.goto('/ssh-keys')
    await page.getByRole('link', { name: 'New key pair' }).first().click()
    await page.getByLabel('Name').fill('Web servers')
    await page.getByRole('button', { name: 'Make key pair' }).click()
    await page.getByText('Let more servers share it').click()
    await page.getByLabel('web-1', { exact: true }).first().check()
    await page.getByRole('button', { name: 'Change their login key' }).click()
    await page.getByText('Muster logs in with the new key', { exact: true }).waitFor()
  })

  test('the person’s key is removed again', async ({ assert }) => {
    await page.goto('/people-keys')
    await page.getByRole('link', { name: 'Laptop' }).click()
    await page.getByRole('checkbox', { name: /on web-1 as ada/ }).check()
    await page.getByRole('button', { name: 'Remove the picked ones' }).click()
    await page.getByText('Removed', { exact: true }).waitFor()
    assert.throws(logIn)
  })
})
