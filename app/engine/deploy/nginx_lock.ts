import { type Command, sh } from '#engine/shell/command'

/*
 * nginx reads the files of all projects at once. Whoever writes, tests or loads them has nginx to
 * itself meanwhile, so that nobody's test fails at a site that another is just writing.
 */

const LOCK = '/srv/muster/.nginx'
const PATIENCE_SECONDS = 60

/** Waits for nginx (descriptor 7). What goes on in the background meanwhile must not have it. */
export function holdNginx(): Command {
  return take(sh`printf 'Something else has been changing nginx for %s s.\\n' ${PATIENCE_SECONDS}
    exit 75`)
}

/** The same to take something back, which is done even if others do not let go. */
export function holdNginxToUndo(): Command {
  return take(sh`:`)
}

export function releaseNginx(): Command {
  return sh`exec 7>&-
nginx_held=''`
}

function take(otherwise: Command): Command {
  return sh`if [ -z "\${nginx_held:-}" ]; then
  exec 7>>${LOCK}
  if ! flock -w ${PATIENCE_SECONDS} 7; then
    ${otherwise}
  fi
  nginx_held=1
fi`
}
