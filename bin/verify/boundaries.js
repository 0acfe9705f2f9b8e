import { dirname, join, relative, sep } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** Which features a feature may import. What is not named here may not be. */
const FEATURES = {
  core: [],
  secrets: ['core'],
  activity: ['core'],
  settings: ['core', 'activity'],
  mail: ['core', 'settings'],
  users: ['core', 'activity'],
  teams: ['core', 'activity', 'users'],
  notifications: ['core', 'settings', 'mail', 'users', 'teams'],
  api_tokens: ['core', 'activity', 'users', 'teams', 'servers', 'runs', 'projects'],
  api: ['core', 'users', 'teams', 'servers', 'runs', 'projects', 'deployments'],
  auth: ['core', 'activity', 'settings', 'mail', 'users', 'teams', 'api_tokens'],
  account: ['core', 'activity', 'settings', 'mail', 'users', 'teams', 'auth'],
  servers: ['core', 'activity', 'users', 'teams', 'notifications', 'runs', 'ssh_keys'],
  runs: ['core', 'activity', 'users', 'teams', 'notifications', 'servers'],
  ssh_keys: [...['core', 'activity', 'users', 'teams', 'notifications', 'auth', 'servers', 'runs']],
  terminals: ['core', 'activity', 'settings', 'users', 'teams', 'servers'],
  projects: ['core', 'activity', 'users', 'teams', 'servers', 'runs'],
  deployments: [
    ...['core', 'activity', 'users', 'teams', 'notifications', 'servers', 'runs', 'projects'],
  ],
  webhooks: [
    ...['core', 'activity', 'settings', 'users', 'teams', 'auth', 'servers', 'runs'],
    ...['projects', 'deployments'],
  ],
  processes: [
    ...['core', 'activity', 'users', 'teams', 'servers', 'runs', 'projects', 'deployments'],
  ],
  members: [
    ...['core', 'activity', 'settings', 'mail', 'users', 'teams', 'auth'],
    ...['servers', 'ssh_keys', 'projects'],
  ],
  diagnosis: ['core', 'settings', 'servers', 'runs'],
  scripts: ['core', 'activity', 'users', 'teams'],
  bulk_runs: ['core', 'activity', 'users', 'teams', 'servers', 'runs', 'scripts'],
  dashboard: ['core', 'users', 'teams', 'servers', 'ssh_keys', 'runs', 'projects', 'deployments'],
  administration: [
    ...['core', 'activity', 'settings', 'mail', 'users', 'teams', 'api_tokens', 'auth', 'account'],
    ...['notifications', 'servers', 'runs', 'projects', 'deployments'],
  ],
  palette: [
    ...['core', 'users', 'teams', 'servers', 'runs', 'projects', 'deployments'],
    ...['scripts', 'bulk_runs'],
  ],
}

/** Which parts of the engine a part may import. */
const ENGINE = {
  shell: [],
  egress: [],
  ssh: ['shell'],
  system: ['shell'],
  detached: ['shell', 'ssh', 'system'],
  facts: ['shell', 'ssh', 'system'],
  provision: ['shell', 'ssh', 'system', 'detached', 'facts'],
  detect: [],
  processes: ['shell', 'ssh', 'system', 'detached'],
  deploy: ['shell', 'ssh', 'system', 'detached', 'facts', 'detect', 'processes'],
  scripts: ['shell', 'system', 'detached'],
  keys: ['shell', 'ssh', 'system', 'detached'],
  testing: ['shell', 'ssh', 'system', 'detached', 'facts', 'provision', 'deploy'],
}

/** Packages a part of the engine may import besides node's own modules. */
const ENGINE_PACKAGES = { ssh: ['ssh2'], testing: ['@japa/runner'] }

/** Where programs of this machine may be started. */
const STARTS_PROGRAMS = ['bin', 'tests', 'bench']

/** Where HTTP requests may be made: the gate of the panel, and programs that are not the panel. */
const SPEAKS_HTTP = /^(?:app\/engine\/egress|bin|tests|bench)\//

/**
 * What is wrong with one import, or null. Paths are relative to the project, with slashes.
 *
 * @param {string} file the importing file
 * @param {string} source what it imports, as written
 * @param {readonly string[]} names the names it imports; `*` and `default` are names too
 * @param {boolean} types whether it imports types alone, which are gone when the panel runs
 */
function problemOf(file, source, names, types) {
  const target = source.startsWith('.') ? aliasOf(file, source) : source
  return (
    programProblem(file, target, names) ??
    (types || isAnswer(names) ? null : httpProblem(file, target)) ??
    sshProblem(file, target) ??
    (types ? null : questionProblem(file, target)) ??
    layerProblem(file, target)
  )
}

function programProblem(file, target, names) {
  if (target !== 'node:child_process' && target !== 'child_process') return null
  if (!STARTS_PROGRAMS.includes(file.split('/')[0])) {
    return 'The panel starts no programs on its own machine: run a Command on a Remote.'
  }
  const shell = names.find((name) => ['exec', 'execSync', '*', 'default'].includes(name))
  return shell
    ? `"${shell}" of child_process can hand text to a shell: import execFile or spawn by name.`
    : null
}

function httpProblem(file, target) {
  return /^(?:node:)?(?:_http_\w+|https?|http2)$|^undici(?:\/|$)/.test(target) &&
    !SPEAKS_HTTP.test(file)
    ? 'Requests leave the panel through OutgoingHttp of app/engine/egress alone.'
    : null
}

/** An answer is no request. */
function isAnswer(names) {
  return names.every((name) => name === 'ServerResponse') && names.length > 0
}

function sshProblem(file, target) {
  const allowed = file.startsWith('app/engine/ssh/') || file.startsWith('bench/')
  return /^ssh2(\/|$)/.test(target) && !allowed
    ? 'Only app/engine/ssh uses ssh2: everything else runs a Command on a Remote.'
    : null
}

function questionProblem(file, target) {
  return target === '#engine/shell/question' &&
    /^(?:app\/(?!engine\/)|start\/|providers\/)/.test(file)
    ? 'Only the engine writes questions: people have no part in what a resident shell runs.'
    : null
}

function layerProblem(file, target) {
  const [top, folder, part] = file.split('/')
  if (top !== 'app') return null
  if (folder === 'engine') return engineProblem(part, target)
  if (file.includes('/controllers/') && target.startsWith('#engine/')) {
    return 'Controllers never import the engine: call an action or a query.'
  }
  return featureProblem(folder, file, target)
}

function engineProblem(part, target) {
  const [, imported] = /^#engine\/([^/]+)/.exec(target) ?? []
  if (imported) {
    if (!(part in ENGINE)) return `engine/${part} has no place in bin/verify/boundaries.js yet.`
    return imported === part || ENGINE[part].includes(imported)
      ? null
      : `engine/${part} may not import engine/${imported}.`
  }
  return target.startsWith('node:') || (ENGINE_PACKAGES[part] ?? []).includes(target)
    ? null
    : `The engine knows nothing of "${target}": it imports node's modules, ssh2 and itself.`
}

function featureProblem(feature, file, target) {
  if (/^#(providers|tests|database)\//.test(target)) return `Features do not import "${target}".`
  if (target.startsWith('#start/')) {
    return feature === 'auth' && target === '#start/authorization'
      ? null
      : `Features do not import "${target}": start/ knows the features, not the other way round.`
  }
  const [, imported] = /^#app\/([^/]+)/.exec(target) ?? []
  if (!imported || imported === feature) return null
  if (!(feature in FEATURES)) return `${feature} has no place in bin/verify/boundaries.js yet.`
  return FEATURES[feature].includes(imported)
    ? null
    : `${feature} may not import ${imported}: features depend one way only.`
}

/** A relative import as the alias it could have been written with. */
function aliasOf(file, source) {
  const path = join(dirname(file), source).split(sep).join('/')
  return path.replace(/^app\/engine\//, '#engine/').replace(/^app\//, '#app/')
}

function namesOf(node) {
  const names = (node.specifiers ?? []).map((specifier) => {
    if (specifier.type === 'ImportNamespaceSpecifier') return '*'
    if (specifier.type === 'ImportDefaultSpecifier') return 'default'
    return (specifier.imported ?? specifier.local).name
  })
  const takesAll = node.type === 'ExportAllDeclaration' || node.type === 'ImportExpression'
  return takesAll ? ['*'] : names
}

/**
 * ESLint plugin: who may import what.
 */
export const boundaries = {
  rules: {
    imports: {
      meta: { type: 'problem', schema: [] },
      create(context) {
        const file = relative(root, context.filename).split(sep).join('/')
        const check = (node) => {
          const source = node.source?.value
          if (typeof source !== 'string') return
          const types = node.importKind === 'type' || node.exportKind === 'type'
          const message = problemOf(file, source, namesOf(node), types)
          if (message) context.report({ node: node.source, message })
        }
        return {
          ImportDeclaration: check,
          ImportExpression: check,
          ExportNamedDeclaration: check,
          ExportAllDeclaration: check,
        }
      },
    },
  },
}
