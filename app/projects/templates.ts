import { runtimes, type Runtime } from '#app/projects/models/project'

/**
 * The settings of a project that say how it is built and run: what templates fill in.
 */
export interface TemplateSettings {
  runtime: Runtime
  buildCommands: string | null
  startCommand: string | null
  publicDirectory: string | null
  healthPath: string
}

export interface ReadyTemplate {
  id: string
  name: string
  settings: Omit<TemplateSettings, 'runtime'> & { runtime: string }
}

const venv = 'python3 -m venv .venv\n.venv/bin/pip install -r requirements.txt'

const all: readonly ReadyTemplate[] = [
  {
    id: 'express',
    name: 'Node.js, Express',
    settings: {
      runtime: 'process',
      buildCommands: 'npm ci',
      startCommand: 'node server.js',
      publicDirectory: null,
      healthPath: '/',
    },
  },
  {
    id: 'next',
    name: 'Next.js',
    settings: {
      runtime: 'process',
      buildCommands: 'npm ci\nnpm run build',
      startCommand: 'npx next start -H $HOST -p $PORT',
      publicDirectory: null,
      healthPath: '/',
    },
  },
  {
    id: 'static',
    name: 'Static site',
    settings: {
      runtime: 'static',
      buildCommands: null,
      startCommand: null,
      publicDirectory: '.',
      healthPath: '/',
    },
  },
  {
    id: 'laravel',
    name: 'Laravel',
    settings: {
      runtime: 'php',
      buildCommands: 'composer install --no-dev --no-interaction --optimize-autoloader',
      startCommand: null,
      publicDirectory: 'public',
      healthPath: '/up',
    },
  },
  {
    id: 'django',
    name: 'Django',
    settings: {
      runtime: 'process',
      buildCommands: `${venv}\n.venv/bin/python manage.py collectstatic --noinput`,
      startCommand: '.venv/bin/gunicorn app.wsgi:application --bind $HOST:$PORT',
      publicDirectory: null,
      healthPath: '/',
    },
  },
  {
    id: 'fastapi',
    name: 'FastAPI',
    settings: {
      runtime: 'process',
      buildCommands: venv,
      startCommand: '.venv/bin/uvicorn main:app --host $HOST --port $PORT',
      publicDirectory: null,
      healthPath: '/docs',
    },
  },
  {
    id: 'go',
    name: 'Go',
    settings: {
      runtime: 'process',
      buildCommands: 'go build -o bin/app .',
      startCommand: 'bin/app',
      publicDirectory: null,
      healthPath: '/',
    },
  },
]

/**
 * The templates that Muster brings, of those runtimes that it has.
 */
export const readyTemplates = all.filter(({ settings }) =>
  (runtimes as readonly string[]).includes(settings.runtime)
)
