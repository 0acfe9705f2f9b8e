/** Names of the files whose text tells how a repository is built and run. */
export const KNOWN_FILES = [
  'package.json',
  '.nvmrc',
  '.node-version',
  'composer.json',
  'requirements.txt',
  'pyproject.toml',
  'Pipfile',
  'runtime.txt',
  '.python-version',
  'go.mod',
  'Gemfile',
  '.ruby-version',
  'Cargo.toml',
  'Procfile',
] as const

/** Files that make a directory one that can be deployed by itself. */
export const ROOT_FILES = [
  'package.json',
  'composer.json',
  'requirements.txt',
  'pyproject.toml',
  'Pipfile',
  'go.mod',
  'Gemfile',
  'Cargo.toml',
  'Procfile',
  'index.html',
] as const
