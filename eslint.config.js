import { configApp, RULES_LIST } from '@adonisjs/eslint-config'
import { boundaries } from './bin/verify/boundaries.js'

const RAW_QUERIES = '/^(raw|rawQuery|knexRawQuery|.*Raw)$/'
const SHELL_TEXT = 'A value never becomes part of a query as text: pass it as a binding.'

export default configApp(
  { ignores: ['data/**', 'tmp/**', 'public/**'] },
  {
    name: 'Boundaries between the parts of the panel',
    files: ['**/*.ts', '**/*.js'],
    plugins: { muster: boundaries },
    rules: { 'muster/imports': 'error' },
  },
  {
    name: 'No value becomes text that is run',
    files: ['**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: `CallExpression[callee.property.name=${RAW_QUERIES}] > TemplateLiteral[expressions.length>0]:first-child`,
          message: SHELL_TEXT,
        },
        {
          selector: `CallExpression[callee.property.name=${RAW_QUERIES}] > BinaryExpression:first-child`,
          message: SHELL_TEXT,
        },
      ],
    },
  },
  {
    name: 'Commands go through a Remote',
    files: ['**/*.ts'],
    ignores: ['app/engine/ssh/**'],
    rules: {
      'no-restricted-properties': ['error', { object: 'client', property: 'exec' }],
    },
  },
  {
    name: 'Scripts of the pages',
    files: ['resources/js/**/*.ts'],
    ignores: ['**/*.d.ts'],
    rules: RULES_LIST,
  }
)
