import { all, type Command, sh } from '#engine/shell/command'
import { type Secret } from '#engine/shell/secret'

export interface FileAccess {
  /** Octal, such as `0640`. */
  mode: string
  /** Whom the file belongs to; root by default. */
  owner?: string
  /** The group that may have a right by the mode; root by default. */
  group?: string
}

/**
 * Replaces a file, whole or not at all. The content goes through a builtin of the shell,
 * so that no list of processes shows it, and is never readable by more than `mode` says.
 */
export function writeFile(path: string, content: string | Secret, access: FileAccess): Command {
  const fresh = `${path}.new`
  return all(
    sh`install -m ${access.mode} -o ${access.owner ?? 'root'} -g ${access.group ?? 'root'} /dev/null ${fresh}`,
    sh`printf '%s' ${content} > ${fresh}`,
    sh`mv -T -- ${fresh} ${path}`
  )
}

/** Points a symbolic link somewhere else in one step (rename(2)), with no moment without it. */
export function swapLink(target: string | Command, path: string): Command {
  const fresh = `${path}.new`
  return all(sh`ln -sfn -- ${target} ${fresh}`, sh`mv -T -- ${fresh} ${path}`)
}

/** A directory with exactly this access, whatever the umask. */
export function directory(path: string, mode: string, owner = 'root'): Command {
  return sh`install -d -m ${mode} -o ${owner} -g ${owner} -- ${path}`
}
