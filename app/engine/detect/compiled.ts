import { type Directory } from '#engine/detect/files'
import { type Proposals, isPlainName, versionWanted } from '#engine/detect/proposals'

const HEALTH = { value: '/', reason: 'The page that everybody opens' }

/** What go.mod speaks for. */
export function detectGo(files: Directory): Proposals | null {
  if (!files.has('go.mod')) return null
  const version = /^go (\d[\d.]{0,20})\s*$/m.exec(files.text('go.mod'))
  const commands = files
    .names()
    .map((name) => /^cmd\/([^/]+)\/main\.go$/.exec(name)?.[1])
    .filter((name) => name !== undefined && isPlainName(name))
  const atRoot = files.has('main.go') || commands.length === 0
  return {
    what: 'Go',
    runtime: { value: 'process', reason: 'go.mod is there' },
    version: versionWanted('Go', version?.[1] ?? null, 'go.mod asks for it'),
    build: {
      value: `go build -o bin/app ${atRoot ? '.' : `./cmd/${commands[0]}`}`,
      reason: atRoot ? 'go.mod is there' : `cmd/${commands[0]}/main.go is there`,
    },
    start: { value: 'bin/app', reason: 'What the build makes' },
    healthPath: HEALTH,
  }
}

/** What Cargo.toml speaks for. */
export function detectRust(files: Directory): Proposals | null {
  if (!files.has('Cargo.toml')) return null
  const text = files.text('Cargo.toml')
  const name = /^name *= *"([^"\n]{1,100})"/m.exec(text)?.[1]
  const version = /^rust-version *= *"([^"\n]{1,40})"/m.exec(text)
  const locked = files.has('Cargo.lock')
  return {
    what: 'Rust',
    runtime: { value: 'process', reason: 'Cargo.toml is there' },
    version: versionWanted('Rust', version?.[1] ?? null, '"rust-version" asks for it'),
    build: {
      value: `cargo build --release${locked ? ' --locked' : ''}`,
      reason: locked ? 'Cargo.lock is there' : 'Cargo.toml is there',
    },
    ...(name !== undefined &&
      isPlainName(name) && {
        start: { value: `target/release/${name}`, reason: 'What the build makes' },
      }),
    healthPath: HEALTH,
  }
}
