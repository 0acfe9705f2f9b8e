import { ESLint } from 'eslint'
import app from '@adonisjs/core/services/app'
import { test } from '@japa/runner'

const BOUNDARY_RULES = ['muster/imports', 'no-restricted-syntax', 'no-restricted-globals']

/** What the boundary rules say about a file with this text. */
async function messages(file: string, text: string): Promise<string[]> {
  const eslint = new ESLint({ cwd: app.makePath() })
  const [result] = await eslint.lintText(text, { filePath: app.makePath(file) })
  return result.messages
    .filter(({ ruleId, fatal }) => fatal || BOUNDARY_RULES.includes(ruleId ?? ''))
    .map(({ message }) => message)
}

const REFUSED = [
  {
    rule: 'the engine imports nothing of the framework',
    file: 'app/engine/ssh/x.ts',
    text: `import app from '@adonisjs/core/services/app'\n`,
    says: /The engine knows nothing of "@adonisjs/,
  },
  {
    rule: 'the engine imports nothing of the application',
    file: 'app/engine/deploy/x.ts',
    text: `import Server from '#app/servers/models/server'\n`,
    says: /The engine knows nothing of "#app\/servers/,
  },
  {
    rule: 'the engine reaches the application by no relative path',
    file: 'app/engine/deploy/x.ts',
    text: `import Server from '../../servers/models/server.js'\n`,
    says: /The engine knows nothing of "#app\/servers/,
  },
  {
    rule: 'the engine reaches the application by no dynamic import',
    file: 'app/engine/deploy/x.ts',
    text: `export const x = () => import('#app/servers/models/server')\n`,
    says: /The engine knows nothing of "#app\/servers/,
  },
  {
    rule: 'the lower part of the engine does not know the upper',
    file: 'app/engine/shell/x.ts',
    text: `export { x } from '#engine/ssh/remote'\n`,
    says: /engine\/shell may not import engine\/ssh/,
  },
  {
    rule: 'a new part of the engine is given a place first',
    file: 'app/engine/brewing/x.ts',
    text: `import { sh } from '#engine/shell/command'\n`,
    says: /engine\/brewing has no place/,
  },
  {
    rule: 'controllers never import the engine',
    file: 'app/servers/controllers/x_controller.ts',
    text: `import { sh } from '#engine/shell/command'\n`,
    says: /Controllers never import the engine/,
  },
  {
    rule: 'users do not know teams',
    file: 'app/users/models/x.ts',
    text: `import Team from '#app/teams/models/team'\n`,
    says: /users may not import teams/,
  },
  {
    rule: 'servers do not know projects',
    file: 'app/servers/x.ts',
    text: `import Project from '#app/projects/models/project'\n`,
    says: /servers may not import projects/,
  },
  {
    rule: 'projects do not know deployments',
    file: 'app/projects/queries/x.ts',
    text: `import Deployment from '#app/deployments/models/deployment'\n`,
    says: /projects may not import deployments/,
  },
  {
    rule: 'projects do not know deployments, not even by their types',
    file: 'app/projects/queries/x.ts',
    text: `import type Deployment from '../../deployments/models/deployment.js'\n`,
    says: /projects may not import deployments/,
  },
  {
    rule: 'runs do not know projects',
    file: 'app/runs/x.ts',
    text: `import Project from '#app/projects/models/project'\n`,
    says: /runs may not import projects/,
  },
  {
    rule: 'core knows no feature',
    file: 'app/core/middleware/x.ts',
    text: `import User from '#app/users/models/user'\n`,
    says: /core may not import users/,
  },
  {
    rule: 'a new feature is given a place first',
    file: 'app/brewing/x.ts',
    text: `import User from '#app/users/models/user'\n`,
    says: /brewing has no place/,
  },
  {
    rule: 'features do not know start',
    file: 'app/servers/x.ts',
    text: `import env from '#start/env'\n`,
    says: /start\/ knows the features/,
  },
  {
    rule: 'features do not know tests',
    file: 'app/servers/x.ts',
    text: `import { PAYLOADS } from '#tests/support/payload_corpus'\n`,
    says: /Features do not import "#tests/,
  },
  {
    rule: 'the panel starts no programs',
    file: 'app/servers/x.ts',
    text: `import { execFile } from 'node:child_process'\n`,
    says: /starts no programs/,
  },
  {
    rule: 'the engine starts no programs',
    file: 'app/engine/ssh/x.ts',
    text: `import { spawn } from 'child_process'\n`,
    says: /starts no programs/,
  },
  {
    rule: 'nobody hands text to a shell of this machine',
    file: 'tests/fleet/x.ts',
    text: `import { exec } from 'node:child_process'\n`,
    says: /"exec" of child_process/,
  },
  {
    rule: 'nobody hands text to a shell of this machine by another name',
    file: 'bin/x.ts',
    text: `import { execSync as run } from 'node:child_process'\n`,
    says: /"execSync" of child_process/,
  },
  {
    rule: 'nobody takes all of child_process',
    file: 'bin/x.js',
    text: `import * as programs from 'node:child_process'\n`,
    says: /"\*" of child_process/,
  },
  {
    rule: 'only engine/ssh uses ssh2',
    file: 'app/engine/detached/x.ts',
    text: `import { Client } from 'ssh2'\n`,
    says: /Only app\/engine\/ssh uses ssh2/,
  },
  {
    rule: 'tests use no ssh2 either',
    file: 'tests/fleet/x.ts',
    text: `import ssh2 from 'ssh2'\n`,
    says: /Only app\/engine\/ssh uses ssh2/,
  },
  {
    rule: 'nobody else calls exec on a client',
    file: 'app/engine/detached/x.ts',
    text: `export function x(client: { exec(text: string): void }) {\n  client.exec('id')\n}\n`,
    says: /Only app\/engine\/ssh talks to an SSH client/,
  },
  {
    rule: 'nobody else calls exec on a client kept in a field',
    file: 'app/servers/x.ts',
    text: `export class X {\n  #sshClient = { exec(_: string) {} }\n  x() {\n    this.#sshClient.exec('id')\n  }\n}\n`,
    says: /Only app\/engine\/ssh talks to an SSH client/,
  },
  {
    rule: 'nobody asks for child_process past its import',
    file: 'app/servers/x.ts',
    text: `export const x = () => process.getBuiltinModule('node:child_process')\n`,
    says: /child_process is imported by name/,
  },
  {
    rule: 'nobody requires child_process',
    file: 'app/engine/ssh/x.ts',
    text: `import { createRequire } from 'node:module'\nexport const x = createRequire('/')('child_process')\n`,
    says: /child_process is imported by name/,
  },
  {
    rule: 'nobody puts a shell before a program',
    file: 'tests/fleet/x.ts',
    text: `import { spawn } from 'node:child_process'\nexport const x = (id: string) => spawn(id, [], { shell: true })\n`,
    says: /never through a shell/,
  },
  {
    rule: 'nobody makes a command of text by its class',
    file: 'app/servers/x.ts',
    text: `import { Command } from '#engine/shell/command'\nexport const x = (text: string) => new Command([{ kind: 'text', text }])\n`,
    says: /built by sh/,
  },
  {
    rule: 'nobody calls sh with text',
    file: 'app/engine/ssh/x.ts',
    text: `import { sh } from '#engine/shell/command'\nexport const x = (text: any) => sh(text)\n`,
    says: /template tags/,
  },
  {
    rule: 'only the engine writes questions',
    file: 'app/servers/x.ts',
    text: `import { question } from '#engine/shell/question'\nexport const x = question\`id\`\n`,
    says: /Only the engine writes questions/,
  },
  {
    rule: 'only engine/egress makes HTTP requests',
    file: 'app/servers/actions/x.ts',
    text: `import { request } from 'node:https'\n`,
    says: /through OutgoingHttp/,
  },
  {
    rule: 'only engine/egress makes HTTP requests, by whatever name of the module',
    file: 'app/core/x.ts',
    text: `import http from 'http'\n`,
    says: /through OutgoingHttp/,
  },
  {
    rule: 'the rest of the engine makes no HTTP requests',
    file: 'app/engine/ssh/x.ts',
    text: `import { connect } from 'node:http2'\n`,
    says: /through OutgoingHttp/,
  },
  {
    rule: 'a type beside it does not make an import of HTTP harmless',
    file: 'app/runs/x.ts',
    text: `import { type IncomingMessage, get } from 'node:http'\n`,
    says: /through OutgoingHttp/,
  },
  {
    rule: 'an answer beside it does not make an import of HTTP harmless',
    file: 'app/core/x.ts',
    text: `import { ServerResponse, request } from 'node:http'\n`,
    says: /through OutgoingHttp/,
  },
  {
    rule: 'providers make no HTTP requests',
    file: 'providers/x.ts',
    text: `export const x = () => import('undici')\n`,
    says: /through OutgoingHttp/,
  },
  {
    rule: 'nobody calls fetch',
    file: 'app/projects/actions/x.ts',
    text: `export const x = () => fetch('http://127.0.0.1')\n`,
    says: /through OutgoingHttp/,
  },
  {
    rule: 'nobody calls fetch of the global object',
    file: 'start/x.ts',
    text: `export const x = () => globalThis.fetch('http://127.0.0.1')\n`,
    says: /through OutgoingHttp/,
  },
  {
    rule: 'nobody opens a WebSocket',
    file: 'app/engine/egress/x.ts',
    text: `export const x = () => new WebSocket('ws://127.0.0.1')\n`,
    says: /through OutgoingHttp/,
  },
  {
    rule: 'engine/egress stands by itself',
    file: 'app/engine/egress/x.ts',
    text: `import { Secret } from '#engine/shell/secret'\n`,
    says: /engine\/egress may not import engine\/shell/,
  },
  {
    rule: 'no value is put into a raw query as text',
    file: 'app/servers/x.ts',
    text: 'export const x = (db: any, id: string) => db.rawQuery(`select ${id}`)\n',
    says: /pass it as a binding/,
  },
  {
    rule: 'no value is joined to a raw condition as text',
    file: 'app/engine/ssh/x.ts',
    text: `export const x = (query: any, id: string) => query.whereRaw('id = ' + id)\n`,
    says: /pass it as a binding/,
  },
]

const ALLOWED = [
  ['app/engine/facts/x.ts', `import { question } from '#engine/shell/question'`],
  ['app/servers/x.ts', `import type { Question } from '#engine/shell/question'`],
  ['app/engine/shell/x.ts', `export const x = (Command: any) => new Command([])`],
  ['app/engine/ssh/x.ts', `import { Client } from 'ssh2'`],
  ['app/engine/ssh/x.ts', `import { sh } from '#engine/shell/command'`],
  ['app/engine/testing/x.ts', `import { test } from '@japa/runner'`],
  ['app/servers/actions/x.ts', `import { sh } from '#engine/shell/command'`],
  ['app/servers/actions/x.ts', `import CreateRun from '#app/runs/actions/create_run'`],
  ['app/auth/middleware/x.ts', `import { requirements } from '#start/authorization'`],
  ['app/servers/x.ts', `import app from '@adonisjs/core/services/app'`],
  ['tests/fleet/x.ts', `import { spawn } from 'node:child_process'`],
  ['app/engine/egress/x.ts', `import https from 'node:https'`],
  ['app/core/x.ts', `import { ServerResponse } from 'node:http'`],
  ['app/runs/x.ts', `import type { IncomingMessage } from 'node:http'`],
  ['app/servers/actions/x.ts', `import { OutgoingHttp } from '#engine/egress/outgoing_http'`],
  ['app/engine/deploy/steps/x.ts', `export const x = (fetch: () => void) => fetch()`],
  ['tests/fleet/x.ts', `export const x = () => fetch('http://127.0.0.1')`],
  ['app/runs/x.ts', "export const x = (db: any) => db.raw('attempt + ?', [1])"],
  ['app/servers/x.ts', `export const x = (text: string) => /^a/.exec(text)`],
]

test.group('Boundaries', (group) => {
  group.tap((each) => each.timeout(60_000))

  test('hold: {rule}')
    .with(REFUSED)
    .run(async ({ assert }, { file, text, says }) => {
      assert.match((await messages(file, text)).join('\n'), says)
    })

  test('allow {0}: {1}')
    .with(ALLOWED)
    .run(async ({ assert }, [file, text]) => {
      assert.deepEqual(await messages(file, text), [])
    })
})
