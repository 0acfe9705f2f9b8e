import { detectGo, detectRust } from '#engine/detect/compiled'
import { Directory, type RepositoryFiles } from '#engine/detect/files'
import { ROOT_FILES } from '#engine/detect/known_files'
import { detectNode } from '#engine/detect/node'
import { detectPhp, isPhpFramework } from '#engine/detect/php'
import { readProcfile } from '#engine/detect/procfile'
import { type Proposals } from '#engine/detect/proposals'
import { detectPython } from '#engine/detect/python'
import { detectRuby, isRails } from '#engine/detect/ruby'

/** How many further directories are offered. */
const MOST_DIRECTORIES = 20

export interface Detection {
  /** Null when nothing speaks for anything. */
  proposals: Proposals | null
  /** Directories of the repository that could be deployed by themselves, and what they are. */
  directories: { path: string; what: string }[]
}

/**
 * Says from the files of a repository how it is probably built and run. They are the text of
 * strangers: nothing of it is run, and what is proposed of it goes through the same grammars as
 * what people type. Takes time in proportion to the files.
 *
 * @param directory the one that is to be deployed; `.` for the repository itself
 */
export function detect(files: RepositoryFiles, directory = '.'): Detection {
  const others = directoriesOf(files).filter((path) => path !== directory)
  return {
    proposals: proposalsFor(new Directory(files, directory)),
    directories: others.flatMap((path) => {
      const proposals = proposalsFor(new Directory(files, path))
      return proposals ? [{ path, what: proposals.what }] : []
    }),
  }
}

/** Frameworks of PHP and Ruby have a package.json for their pages alone; else it counts first. */
function proposalsFor(files: Directory): Proposals | null {
  const found =
    (isPhpFramework(files) ? detectPhp(files) : null) ??
    (isRails(files) ? detectRuby(files) : null) ??
    (files.has('manage.py') ? detectPython(files) : null) ??
    detectNode(files) ??
    detectPython(files) ??
    detectPhp(files) ??
    detectRuby(files) ??
    detectGo(files) ??
    detectRust(files) ??
    plainFiles(files)
  return withProcfile(found, files)
}

function plainFiles(files: Directory): Proposals | null {
  const file = files.first('index.html', 'public/index.html', 'dist/index.html')
  if (file === null) return null
  const directory = file.includes('/') ? file.split('/')[0] : '.'
  const reason = `${file} is there`
  return {
    what: 'Static files',
    runtime: { value: 'static', reason },
    publicDirectory: { value: directory, reason },
  }
}

/** A Procfile is what its author says: its web process starts, the others come besides. */
function withProcfile(found: Proposals | null, files: Directory): Proposals | null {
  const processes = readProcfile(files)
  if (processes.length === 0) return found
  const web = processes.find(({ name }) => name === 'web')
  const release = processes.find(({ name }) => name === 'release')
  const others = processes.filter((each) => each !== web && each !== release)
  const base: Proposals = found ?? {
    what: 'Procfile',
    runtime: { value: 'process', reason: 'Procfile is there' },
  }
  return {
    ...base,
    ...(web && {
      runtime: { value: 'process', reason: 'The Procfile has a web process' },
      start: { value: web.command, reason: web.reason },
    }),
    ...(release && { migrations: { value: release.command, reason: release.reason } }),
    ...(others.length > 0 && { processes: others }),
  }
}

function directoriesOf({ paths }: RepositoryFiles): string[] {
  const found = new Set<string>()
  for (const path of paths) {
    const at = path.lastIndexOf('/')
    const name = path.slice(at + 1)
    if (at > 0 && (ROOT_FILES as readonly string[]).includes(name)) found.add(path.slice(0, at))
    if (found.size >= MOST_DIRECTORIES) break
  }
  return ['.', ...found]
}
