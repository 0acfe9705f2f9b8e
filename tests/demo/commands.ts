import { changedApp, type Tree, unbuildableApp, unhealthyApp } from '#tests/demo/samples'
import type { Fleet } from '#tests/fleet/fleet'
import type { GitServer } from '#tests/fleet/git_server'

interface Command {
  explanation: string
  run(): Promise<string> | string
}

/** What a person at the terminal can do to the demo's repositories and servers, by one word. */
export class Commands {
  readonly #fleet: Fleet
  readonly #gitServer: GitServer
  readonly #say: (line?: string) => void
  #changes = 0

  constructor(fleet: Fleet, gitServer: GitServer, say: (line?: string) => void) {
    this.#fleet = fleet
    this.#gitServer = gitServer
    this.#say = say
  }

  readonly #commands: Record<string, Command> = {
    push: {
      explanation: 'publish a change of Hello',
      run: () => {
        const count = ++this.#changes
        return this.#publish(changedApp(count), `Change the headline (${count})`)
      },
    },
    fail: {
      explanation: 'publish a change that does not build',
      run: () => this.#publish(unbuildableApp(), 'Tidy up the styles'),
    },
    sick: {
      explanation: 'publish a change that builds and then fails its health check',
      run: () => this.#publish(unhealthyApp(), 'Check the database in /health'),
    },
    cut: {
      explanation: 'pull the network cable of web-1, best in the middle of a deployment',
      run: () => {
        this.#fleet.host('web-1').linkDown()
        return 'web-1 is off the network. What runs on it goes on.'
      },
    },
    mend: {
      explanation: 'plug it in again',
      run: () => {
        this.#fleet.host('web-1').linkUp()
        return 'web-1 is back on the network.'
      },
    },
    reboot: {
      explanation: 'restart web-1',
      run: async () => {
        await this.#fleet.host('web-1').reboot()
        return 'web-1 is back.'
      },
    },
  }

  explain() {
    this.#say('Type one of these words and press Enter; Ctrl-C removes everything.')
    this.#say()
    for (const [word, { explanation }] of Object.entries(this.#commands)) {
      this.#say(`  ${word.padEnd(8)}${explanation}`)
    }
    this.#say()
  }

  /** Does what the word says; a word nobody knows is answered by those there are. */
  async run(word: string) {
    if (word === '') return
    const command = Object.hasOwn(this.#commands, word) ? this.#commands[word] : null
    if (!command) return this.explain()
    try {
      this.#say(await command.run())
    } catch (error) {
      this.#say(`That did not work: ${(error as Error).message}`)
    }
  }

  async #publish(tree: Tree, message: string): Promise<string> {
    const commit = await this.#gitServer.publish('hello', tree, message)
    return `Published ${commit.slice(0, 8)} "${message}". Press "Deploy main" in the panel.`
  }
}
