import { type Directory } from '#engine/detect/files'
import { type Proposal, type Proposals, isPlainName, versionWanted } from '#engine/detect/proposals'

const MANIFESTS = ['requirements.txt', 'pyproject.toml', 'Pipfile']

/** Tools that keep their own virtual environment in .venv, by their lock files. */
const TOOLS: readonly [lock: string, tool: string, command: string][] = [
  ['uv.lock', 'uv', '.tools/bin/uv sync --frozen --no-dev'],
  [
    'poetry.lock',
    'poetry',
    'POETRY_VIRTUALENVS_IN_PROJECT=true .tools/bin/poetry install --only main --no-interaction',
  ],
  ['Pipfile.lock', 'pipenv', 'PIPENV_VENV_IN_PROJECT=1 .tools/bin/pipenv sync'],
]

/** What the manifests of Python speak for. */
export function detectPython(files: Directory): Proposals | null {
  const manifest = files.first(...MANIFESTS)
  if (manifest === null && !files.has('manage.py')) return null
  const named = namesIn(files)
  const common = { version: versionOf(files), install: installOf(files) }
  const web = framework(files, named)
  return {
    what: 'Python',
    runtime: { value: 'process', reason: `${manifest ?? 'manage.py'} is there` },
    ...common,
    ...web,
    ...(!web && {
      notes: ['Nothing says how it is started. It has to listen on $HOST and $PORT.'],
    }),
  }
}

function framework(files: Directory, named: (name: string) => boolean): Partial<Proposals> | null {
  if (files.has('manage.py') || named('django')) return django(files, named)
  if (named('fastapi')) return fastapi(files)
  if (named('flask')) return flask(files, named)
  return null
}

function django(files: Directory, named: (name: string) => boolean): Partial<Proposals> {
  const found = files
    .names()
    .map((name) => /^([^/]+)\/(wsgi|asgi)\.py$/.exec(name))
    .filter((match) => match !== null && isPlainName(match[1]))
    .toSorted((one, other) => (one![2] < other![2] ? 1 : -1))[0]
  const project = found?.[1] ?? null
  return {
    what: 'Django',
    runtime: {
      value: 'process',
      reason: files.has('manage.py') ? 'manage.py is there' : 'Django is required',
    },
    build: {
      value: '.venv/bin/python manage.py collectstatic --noinput',
      reason: 'Django gathers its static files so',
    },
    ...(project && {
      start: {
        value: `.venv/bin/gunicorn ${project}.wsgi:application --bind $HOST:$PORT`,
        reason: `${found![0]} is there`,
      },
    }),
    migrations: {
      value: '.venv/bin/python manage.py migrate --noinput',
      reason: 'How Django brings its database up to date',
    },
    healthPath: { value: '/', reason: 'The page that everybody opens' },
    shared: [{ value: 'media', reason: 'If people upload files' }],
    notes: [
      ...(named('gunicorn') ? [] : ['Add gunicorn to the requirements, or start it another way.']),
      'ALLOWED_HOSTS has to have the domain in it.',
    ],
  }
}

function fastapi(files: Directory): Partial<Proposals> {
  const file = files.first('main.py', 'app/main.py', 'src/main.py', 'app.py')
  const module = file?.replace(/\.py$/, '').replaceAll('/', '.') ?? 'main'
  return {
    what: 'FastAPI',
    runtime: { value: 'process', reason: 'fastapi is required' },
    start: {
      value: `.venv/bin/uvicorn ${module}:app --host $HOST --port $PORT`,
      reason: file ? `${file} is there` : 'main.py is where most have it',
    },
    healthPath: { value: '/docs', reason: 'FastAPI answers there, if it is not turned off' },
  }
}

function flask(files: Directory, named: (name: string) => boolean): Partial<Proposals> {
  const file = files.first('wsgi.py', 'app.py', 'main.py')
  const module = file?.replace(/\.py$/, '') ?? 'app'
  return {
    what: 'Flask',
    runtime: { value: 'process', reason: 'Flask is required' },
    start: {
      value: `.venv/bin/gunicorn ${module}:app --bind $HOST:$PORT`,
      reason: file ? `${file} is there` : 'app.py is where most have it',
    },
    healthPath: { value: '/', reason: 'The page that everybody opens' },
    ...(!named('gunicorn') && {
      notes: ['Add gunicorn to the requirements, or start it another way.'],
    }),
  }
}

function installOf(files: Directory): Proposal {
  const tool = TOOLS.find(([lock]) => files.has(lock))
  if (tool) {
    const [lock, name, command] = tool
    return {
      value: `python3 -m venv .tools\n.tools/bin/pip install ${name}\n${command}`,
      reason: `${lock} is there`,
    }
  }
  const file = files.first('requirements.txt', 'pyproject.toml', 'Pipfile') ?? 'requirements.txt'
  const what = file === 'requirements.txt' ? '-r requirements.txt' : '.'
  return {
    value: `python3 -m venv .venv\n.venv/bin/pip install ${what}`,
    reason: `${file} is there`,
  }
}

/** Whether a package is named where requirements stand, as a word of its own. */
function namesIn(files: Directory): (name: string) => boolean {
  const words = new Set(
    MANIFESTS.flatMap((name) =>
      files
        .text(name)
        .toLowerCase()
        .split(/[^a-z0-9_.-]+/)
    )
  )
  return (name) => words.has(name)
}

function versionOf(files: Directory): Proposal | undefined {
  const line = (name: string) => files.line(name)?.replace(/^python-/, '') ?? null
  const required = /^requires-python *= *["']([^"'\n]{1,40})["']/m.exec(
    files.text('pyproject.toml')
  )
  return (
    versionWanted('Python', line('.python-version'), '.python-version asks for it') ??
    versionWanted('Python', line('runtime.txt'), 'runtime.txt asks for it') ??
    versionWanted('Python', required?.[1] ?? null, '"requires-python" asks for it')
  )
}
