import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import app from '@adonisjs/core/services/app'
import { test } from '@japa/runner'

/** Loaded first, it makes a Node pass for one that is too old. */
const OLD_NODE = `--import=data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.12.0'}})`

/** Loaded first, it prints what the environment is when the command has ended. */
const TELLING = `--import=data:text/javascript,process.on('exit',()=>{const{NODE_ENV,DATA_DIR,PORT,DB_CONNECTION}=process.env;console.log(JSON.stringify({NODE_ENV,DATA_DIR,PORT,DB_CONNECTION}))})`

async function ace(options: string[], args: string[], environment: Record<string, string>) {
  const child = spawn(process.execPath, [...options, 'ace.js', ...args], {
    cwd: app.makePath(),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const [code] = await once(child, 'close')
  return { code, output }
}

function told(output: string): Record<string, string> {
  return JSON.parse(output.trim().split('\n').at(-1)!)
}

test.group('node ace', (group) => {
  let directory: string
  group.each.timeout(120_000)
  group.each.setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'muster-ace-'))
    return () => rmSync(directory, { recursive: true, force: true })
  })

  test('goes on with a newer Node where the running one is too old', async ({ assert }) => {
    const { code, output } = await ace([OLD_NODE, TELLING], ['list'], { ENV_PATH: directory })
    assert.equal(code, 0, output)
    assert.include(output, 'secrets:rotate')
    // The old one itself read nothing and ran nothing.
    assert.deepEqual(told(output), {})
    const refused = await ace([OLD_NODE], ['no:such:command'], { ENV_PATH: directory })
    assert.equal(refused.code, 1)
  })

  test('sees what npm start would serve with', async ({ assert }) => {
    writeFileSync(join(directory, '.env'), 'PORT=4321\nDATA_DIR=/srv/somewhere\n')
    const { output } = await ace([TELLING], ['list'], { ENV_PATH: directory })
    assert.deepEqual(told(output), {
      NODE_ENV: 'production',
      DATA_DIR: '/srv/somewhere',
      PORT: '4321',
      DB_CONNECTION: 'sqlite',
    })
    const { output: outer } = await ace([TELLING], ['list'], { ENV_PATH: directory, PORT: '5000' })
    assert.equal(told(outer).PORT, '5000')
  })

  test('writes no .env', async ({ assert }) => {
    const { output } = await ace([TELLING], ['list'], { ENV_PATH: directory })
    assert.equal(told(output).DATA_DIR, app.makePath('data'))
    assert.deepEqual(readdirSync(directory), [])
  })

  test('leaves an environment alone that names NODE_ENV', async ({ assert }) => {
    writeFileSync(join(directory, '.env'), 'PORT=4321\n')
    const environment = { ENV_PATH: directory, NODE_ENV: 'development' }
    const { output } = await ace([TELLING], ['list'], environment)
    assert.deepEqual(told(output), { NODE_ENV: 'development' })
  })

  test('reads no .env for the tests', async ({ assert }) => {
    writeFileSync(join(directory, '.env'), 'PORT=4321\n')
    const { output } = await ace([TELLING], ['test', '--help'], { ENV_PATH: directory })
    assert.deepEqual(told(output), {})
  })

  test('says which variable of .env is wrong', async ({ assert }) => {
    writeFileSync(join(directory, '.env'), 'PORT=none\n')
    const { code, output } = await ace([], ['list'], { ENV_PATH: directory })
    assert.equal(code, 1)
    assert.include(output, 'PORT is "none"')
    assert.notInclude(output, 'node_modules')
  })
})
