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

/** How a site answers: files of the release, files and php, or a process behind it. */
export type Serving =
  { kind: 'static' } | { kind: 'php'; files: 'front' | 'all' } | { kind: 'process' }

export interface Site {
  slug: string
  domain: string
  listenPort: number
  serves: Serving
}

/** Which release a site serves; it changes with each deployment, the site does not. */
export interface Live {
  slug: string
  releaseId: string
  slot: 'a' | 'b' | null
  /** What is served of the release, for files and php. */
  directory: string | null
}

/** Where the site of a project is configured; nginx reads `*.conf` in this directory. */
export function siteFile(slug: string): string {
  return `/etc/nginx/conf.d/muster-${assertForm(isSlug, slug, 'The short name')}.conf`
}

/** Where is written which release is live. */
export function liveFile(slug: string): string {
  return siteFile(slug).replace(/conf$/, 'live.conf')
}

/** Where a release is reached on this machine alone, while it is checked. */
export function candidateFile(slug: string): string {
  return siteFile(slug).replace(/conf$/, 'candidate.conf')
}

/**
 * The nginx configuration of one site (nginx.org/en/docs). Each value is held to a grammar that
 * leaves no way out of its place. What depends on the release are variables and an upstream of the
 * live file.
 *
 * @throws GrammarError for a value out of its form.
 */
export function renderSite(site: Site): string {
  const name = variable(site.slug)
  const domain = assertForm(isDomain, site.domain, 'The domain')
  const port = assertPort(site.listenPort)
  return lines([
    'server {',
    `    listen ${port};`,
    `    listen [::]:${port};`,
    `    server_name ${domain};`,
    '    client_max_body_size 64m;',
    '',
    `    location = ${RELEASE_PATH} {`,
    '        default_type text/plain;',
    `        return 200 $${name}_release;`,
    '    }',
    '',
    ...served(site, `$${name}_root`, name),
    '}',
  ])
}

/**
 * The head of the live file: which release, which slot, and the variables of the site. For a
 * process and php an upstream of the site's name follows it.
 */
export function renderLive(live: Live): string {
  const name = variable(live.slug)
  const release = assertForm(isRelease, live.releaseId, 'The release')
  const root = live.directory ?? '/nonexistent'
  return lines([
    '# Muster writes this file anew with each deployment.',
    `# muster release=${release} slot=${live.slot ?? '-'}`,
    `map $host $${name}_release {`,
    `    default ${release};`,
    '}',
    `map $host $${name}_root {`,
    `    default ${assertForm(isAbsolutePath, root, 'The public directory')};`,
    '}',
    // Websockets keep their connection (nginx.org/en/docs/http/websocket.html), others get one each.
    `map $http_upgrade $${name}_connection {`,
    '    default upgrade;',
    "    '' close;",
    '}',
  ])
}

/** A site on a local port that serves a release of php before it is live, by its socket. */
export function renderCandidate(site: Site, port: number, live: Live, socket: string): string {
  const domain = assertForm(isDomain, site.domain, 'The domain')
  const root = assertForm(isAbsolutePath, live.directory, 'The public directory')
  const upstream = `unix:${assertForm(isAbsolutePath, socket, 'The socket')}`
  return lines([
    'server {',
    `    listen 127.0.0.1:${assertPort(port)};`,
    `    server_name ${domain};`,
    ...served(site, root, upstream),
    '}',
  ])
}

/** The name of a site's upstream, and what its variables begin with. */
export function variable(slug: string): string {
  return `muster_${assertForm(isSlug, slug, 'The short name').replaceAll('-', '_')}`
}

function served({ serves, slug }: Site, root: string, upstream: string): string[] {
  if (serves.kind === 'process') return proxy(upstream)
  const releases = `/srv/muster/${assertForm(isSlug, slug, 'The short name')}/releases`
  return [
    `    root ${root};`,
    // From what is root's: whatever is below it the project may have put a link in place of.
    `    disable_symlinks if_not_owner from=${releases};`,
    // Files that begin with a dot stay private, and a link is followed only to its owner's files.
    '    location ~ /\\.(?!well-known/) {',
    '        return 404;',
    '    }',
    ...(serves.kind === 'static' ? staticFiles() : php(upstream, serves.files)),
  ]
}

function proxy(upstream: string): string[] {
  return [
    '    location / {',
    `        proxy_pass http://${upstream};`,
    '        proxy_http_version 1.1;',
    '        proxy_set_header Host $http_host;',
    '        proxy_set_header X-Real-IP $remote_addr;',
    '        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
    '        proxy_set_header X-Forwarded-Proto $scheme;',
    '        proxy_set_header Upgrade $http_upgrade;',
    `        proxy_set_header Connection $${upstream}_connection;`,
    '        proxy_read_timeout 120s;',
    '    }',
  ]
}

function staticFiles(): string[] {
  return [
    '    index index.html;',
    '    location / {',
    '        try_files $uri $uri/ $uri.html =404;',
    '    }',
  ]
}

/** What is no file goes to index.php (php.net/manual/en/install.fpm, nginx.org ngx_http_fastcgi_module). */
function php(upstream: string, files: 'front' | 'all'): string[] {
  const run = [
    '        include fastcgi_params;',
    '        fastcgi_param SCRIPT_FILENAME $realpath_root$fastcgi_script_name;',
    '        fastcgi_param DOCUMENT_ROOT $realpath_root;',
    '        fastcgi_param HTTP_PROXY "";',
    `        fastcgi_pass ${upstream};`,
    '        fastcgi_read_timeout 120s;',
    '    }',
  ]
  const others =
    files === 'all'
      ? ['    location ~ \\.php$ {', '        try_files $uri =404;', ...run]
      : ['    location ~ \\.php(?:/|$) {', '        return 404;', '    }']
  return [
    '    index index.php index.html;',
    '    location / {',
    '        try_files $uri $uri/ /index.php$is_args$args;',
    '    }',
    '    location = /index.php {',
    ...run,
    ...others,
  ]
}

function assertPort(port: number): number {
  if (!isPort(port)) throw new GrammarError('The port has to be from 1 to 65535.')
  return port
}

function lines(text: readonly string[]): string {
  return `${text.join('\n')}\n`
}

function isRelease(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9A-Z]{26}$/.test(value)
}
