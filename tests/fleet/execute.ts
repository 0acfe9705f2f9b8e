import { spawn, spawnSync } from 'node:child_process'

/** What a command may be given: data for its standard input (none by default) and its environment. */
export interface ExecuteOptions {
  input?: string | Buffer
  env?: NodeJS.ProcessEnv
  /** Called with each complete line of standard output and standard error. Asynchronous form only. */
  onLine?: (line: string) => void
}

/** A command ended with anything but exit code 0. */
export class ExecutionFailed extends Error {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string

  constructor(argv: readonly string[], code: number | null, stdout: string, stderr: string) {
    const said = (stderr.trim() || stdout.trim()).split('\n').slice(-15).join('\n')
    super(`\`${argv.join(' ')}\` ended with ${code ?? 'a signal'}${said ? `:\n${said}` : ''}`)
    this.code = code
    this.stdout = stdout
    this.stderr = stderr
  }
}

const CAPTURED_BYTES = 64 * 1024 * 1024

/** Runs one command of the machine and returns its standard output. Raises ExecutionFailed. */
export function execute(argv: readonly string[], options: ExecuteOptions = {}): string {
  const [file, ...args] = argv
  const result = spawnSync(file, args, {
    input: options.input ?? '',
    env: options.env,
    encoding: 'utf8',
    maxBuffer: CAPTURED_BYTES,
  })
  if (result.error) throw result.error
  if (result.status !== 0) {
    throw new ExecutionFailed(argv, result.status, result.stdout, result.stderr)
  }
  return result.stdout
}

/** The same without blocking the event loop. Raises ExecutionFailed. */
export async function executeAsync(
  argv: readonly string[],
  options: ExecuteOptions = {}
): Promise<string> {
  const [file, ...args] = argv
  const child = spawn(file, args, { env: options.env, stdio: 'pipe' })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  const lines = options.onLine ? lineReader(options.onLine) : () => {}
  child.stdout.on('data', (chunk: Buffer) => (stdout.push(chunk), lines(chunk)))
  child.stderr.on('data', (chunk: Buffer) => (stderr.push(chunk), lines(chunk)))
  // A command that ends without reading its input closes the pipe; its exit code tells the truth.
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')

  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const output = Buffer.concat(stdout).toString()
  if (code !== 0) throw new ExecutionFailed(argv, code, output, Buffer.concat(stderr).toString())
  return output
}

/** `argv` run so that what it creates is readable to all, whatever the umask of this process. */
export function withPublicFiles(argv: readonly string[]): string[] {
  return ['sh', '-c', 'umask 022 && exec "$@"', 'sh', ...argv]
}

function lineReader(onLine: (line: string) => void) {
  let rest = ''
  return (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  }
}
