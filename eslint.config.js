import { configApp, RULES_LIST } from '@adonisjs/eslint-config'
import { boundaries } from './bin/verify/boundaries.js'

/** Calls that take SQL as text. */
const RAW_QUERY = 'CallExpression[callee.property.name=/^(raw|rawQuery|knexRawQuery|.+Raw)$/]'

/** Calls of `exec` on something that is called like an SSH client. */
const CLIENT = '/client|connection|ssh/i'

const valuesInQueries = [
  `${RAW_QUERY} > TemplateLiteral[expressions.length>0]:first-child`,
  `${RAW_QUERY} > BinaryExpression:first-child`,
].map((selector) => ({
  selector,
  message: 'A value never becomes part of a query as text: pass it as a binding.',
}))

const commandsPastTheRemote = [
  `CallExpression[callee.property.name='exec'][callee.object.name=${CLIENT}]`,
  `CallExpression[callee.property.name='exec'][callee.object.property.name=${CLIENT}]`,
].map((selector) => ({
  selector,
  message: 'Only app/engine/ssh talks to an SSH client: run a Command on a Remote.',
}))

const requestsPastTheGate = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource'].map((name) => ({
  name,
  message: 'Requests leave the panel through OutgoingHttp of app/engine/egress alone.',
}))

export default configApp(
  { ignores: ['data/**', 'tmp/**', 'public/**'] },
  {
    name: 'Boundaries between the parts of the panel',
    files: ['**/*.ts', '**/*.js'],
    plugins: { muster: boundaries },
    rules: {
      'muster/imports': 'error',
      'no-restricted-syntax': ['error', ...valuesInQueries, ...commandsPastTheRemote],
    },
  },
  {
    name: 'The one owner of SSH clients',
    files: ['app/engine/ssh/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...valuesInQueries] },
  },
  {
    name: 'The one way out for HTTP requests',
    files: ['{app,config,database,providers,start}/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { globals: requestsPastTheGate, checkGlobalObject: true, globalObjects: ['global'] },
      ],
    },
  },
  {
    name: 'Tests',
    files: ['tests/**/*.ts'],
    rules: { '@unicorn/no-await-expression-member': 'off' },
  },
  {
    name: 'Scripts of the pages',
    files: ['resources/js/**/*.ts'],
    ignores: ['**/*.d.ts'],
    rules: RULES_LIST,
  }
)
