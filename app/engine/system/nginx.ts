import {
  assertForm,
  GrammarError,
  isAbsolutePath,
  isDomain,
  isPort,
  isSlug,
} from '#engine/system/grammar'

/** Path under which every site answers with the id of the release that it serves. */
export const RELEASE_PATH = '/.well-known/muster/release'

export interface Site {
  slug: string
  domain: string
  listenPort: number
  /** Written into the head, for whoever looks at what is live. */
  releaseId: string
  serves: { directory: string } | { port: number; slot: 'a' | 'b' }
}

/** Where the site of a project is configured; nginx reads `*.conf` in this directory. */
export function siteFile(slug: string): string {
  return `/etc/nginx/conf.d/muster-${assertForm(isSlug, slug, 'The short name')}.conf`
}

/**
 * The nginx configuration of one site (nginx.org/en/docs). Each value is held to a grammar that
 * leaves no way out of its place.
 *
 * @throws GrammarError for a value out of its form.
 */
export function renderSite(site: Site): string {
  const slug = assertForm(isSlug, site.slug, 'The short name')
  const domain = assertForm(isDomain, site.domain, 'The domain')
  const release = assertForm(isRelease, site.releaseId, 'The release')
  if (!isPort(site.listenPort)) throw new GrammarError('The port has to be from 1 to 65535.')
  const served =
    'directory' in site.serves ? staticFiles(site.serves.directory) : proxy(slug, site.serves.port)
  return [
    '# Written by Muster. Changes are lost with the next deployment.',
    `# muster release=${release} slot=${'slot' in site.serves ? site.serves.slot : '-'}`,
    ...('port' in site.serves ? connectionHeader(slug) : []),
    'server {',
    `    listen ${site.listenPort};`,
    `    listen [::]:${site.listenPort};`,
    `    server_name ${domain};`,
    '    client_max_body_size 64m;',
    '',
    `    location = ${RELEASE_PATH} {`,
    '        default_type text/plain;',
    `        return 200 ${release};`,
    '    }',
    '',
    ...served,
    '}',
    '',
  ].join('\n')
}

/** Websockets keep their connection (nginx.org/en/docs/http/websocket.html), others get one each. */
function connectionHeader(slug: string): string[] {
  return [
    `map $http_upgrade $muster_${variable(slug)}_connection {`,
    '    default upgrade;',
    "    '' close;",
    '}',
  ]
}

function proxy(slug: string, port: number): string[] {
  if (!isPort(port)) throw new GrammarError('The port has to be from 1 to 65535.')
  return [
    '    location / {',
    `        proxy_pass http://127.0.0.1:${port};`,
    '        proxy_http_version 1.1;',
    '        proxy_set_header Host $http_host;',
    '        proxy_set_header X-Real-IP $remote_addr;',
    '        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
    '        proxy_set_header X-Forwarded-Proto $scheme;',
    '        proxy_set_header Upgrade $http_upgrade;',
    `        proxy_set_header Connection $muster_${variable(slug)}_connection;`,
    '        proxy_read_timeout 120s;',
    '    }',
  ]
}

/** Files that begin with a dot stay private, and a link is followed only to its owner's files. */
function staticFiles(directory: string): string[] {
  return [
    `    root ${assertForm(isAbsolutePath, directory, 'The public directory')};`,
    '    index index.html;',
    '    disable_symlinks if_not_owner from=$document_root;',
    '',
    '    location ~ /\\.(?!well-known/) {',
    '        return 404;',
    '    }',
    '    location / {',
    '        try_files $uri $uri/ $uri.html =404;',
    '    }',
  ]
}

function variable(slug: string): string {
  return slug.replaceAll('-', '_')
}

function isRelease(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9A-Z]{26}$/.test(value)
}
