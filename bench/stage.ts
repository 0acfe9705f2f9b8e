import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cloneTree } from './clone.js'
import { Scenery } from './scenery.js'
import { SshScene } from './ssh/ssh_scene.js'
import { StartedPanel } from './started_panel.js'

/**
 * What benchmarks stand on: a fresh clone of this tree, a panel started in it by `npm start`, a
 * fleet with a scene. Each is made when first asked for and shared; `strike` removes them all.
 */
export class Stage {
  readonly say: (line: string) => void
  readonly hosts: number
  readonly #cleanups: (() => Promise<void> | void)[] = []
  #clone: Promise<string> | null = null
  #scenery: Promise<Scenery> | null = null
  #sshScene: Promise<SshScene> | null = null

  /** @param hosts how many hosts are many */
  constructor(say: (line: string) => void, hosts: number) {
    this.say = say
    this.hosts = hosts
  }

  /** Has something undone at the end, last things first. */
  defer(cleanup: () => Promise<void> | void): void {
    this.#cleanups.push(cleanup)
  }

  /** An empty directory that is removed at the end. */
  directory(name: string): string {
    const path = mkdtempSync(join(tmpdir(), `muster-bench-${name}-`))
    this.defer(() => rmSync(path, { recursive: true, force: true }))
    return path
  }

  /** A fresh clone of this tree, with nothing installed or built before the first `npm start`. */
  clone(): Promise<string> {
    this.#clone ??= cloneTree(join(this.directory('clone'), 'muster'))
    return this.#clone
  }

  /** Starts a panel in the clone, with its data in a directory of its own. */
  async startPanel(data = this.directory('data')): Promise<StartedPanel> {
    const panel = new StartedPanel(await this.clone(), data)
    this.defer(() => panel.stop())
    await panel.start()
    return panel
  }

  /** A panel with three connected servers and two deployed projects, shared by those who ask. */
  scenery(): Promise<Scenery> {
    this.#scenery ??= Scenery.build(this)
    return this.#scenery
  }

  /** Many hosts, reached by the engine and by peers, shared by those who ask. */
  sshScene(): Promise<SshScene> {
    this.#sshScene ??= SshScene.build(this, this.hosts)
    return this.#sshScene
  }

  /** Stops and removes everything. May be called more than once. */
  async strike(): Promise<void> {
    for (let next = this.#cleanups.pop(); next; next = this.#cleanups.pop()) {
      try {
        await next()
      } catch (error) {
        this.say(`Cleaning up: ${(error as Error).message}`)
      }
    }
  }
}
