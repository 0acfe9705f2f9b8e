import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { cacheDirectory, progress } from '#tests/fleet/cache'
import { executeAsync } from '#tests/fleet/execute'
import { lock } from '#tests/fleet/lock'

/**
 * A static binary of one Go source file, as a build elsewhere would have left it. The compiler is the
 * machine's: in the images it would be larger than all the rest. What was compiled once is kept.
 */
export async function goProgram(source: string): Promise<Buffer> {
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 12)
  const binary = cacheDirectory('go', hash)
  if (existsSync(binary)) return readFileSync(binary)
  const building = await lock(`go-${hash}`, () => progress('another process compiles: waiting'))
  try {
    if (!existsSync(binary)) await compile(source, binary)
    return readFileSync(binary)
  } finally {
    building.release()
  }
}

async function compile(source: string, binary: string): Promise<void> {
  mkdirSync(path.dirname(binary), { recursive: true })
  const scratch = mkdtempSync(`${binary}.`)
  try {
    writeFileSync(path.join(scratch, 'main.go'), source)
    const env = {
      ...{ PATH: process.env.PATH, HOME: scratch, CGO_ENABLED: '0', GOFLAGS: '-mod=mod' },
      ...{ GOPROXY: 'off', GO111MODULE: 'off' },
    }
    const built = path.join(scratch, 'program')
    const flags = ['-trimpath', '-ldflags', '-s -w']
    await executeAsync(['go', 'build', ...flags, '-o', built, path.join(scratch, 'main.go')], {
      env,
    })
    renameSync(built, binary)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
