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

/** Ways past `import` to the module that starts programs, and options that put a shell before them. */
const shellsOfThisMachine = [
  {
    selector: 'CallExpression[arguments.0.value=/^(node:)?child_process$/]',
    message: 'child_process is imported by name, where the boundaries allow it.',
  },
  {
    selector:
      'CallExpression[callee.name=/^(spawn|spawnSync|execFile|execFileSync)$/] > ObjectExpression > Property[key.name=shell]',
    message: 'Programs are started with their arguments one by one, never through a shell.',
  },
]

/** Ways to a Command that are not a template in the source. */
const commandsOfText = [
  {
    selector: "NewExpression[callee.name='Command']",
    message: 'Commands are built by sh and the combinators of app/engine/shell/command.',
  },
  {
    selector: 'CallExpression[callee.name=/^(sh|question|sayingQuestion)$/]',
    message: 'sh, question and sayingQuestion are template tags: their text stands in the source.',
  },
]

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
      'no-restricted-syntax': [
        'error',
        ...valuesInQueries,
        ...shellsOfThisMachine,
        ...commandsOfText,
        ...commandsPastTheRemote,
      ],
    },
  },
  {
    name: 'The one owner of SSH clients',
    files: ['app/engine/ssh/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...valuesInQueries,
        ...shellsOfThisMachine,
        ...commandsOfText,
      ],
    },
  },
  {
    name: 'The one maker of commands',
    files: ['app/engine/shell/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...valuesInQueries,
        ...shellsOfThisMachine,
        ...commandsPastTheRemote,
      ],
    },
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
