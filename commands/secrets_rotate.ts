import { BaseCommand, flags } from '@adonisjs/core/ace'
import { ConsoleError } from '#app/core/exceptions/console_error'
import { rotationReport } from '#app/secrets/rotation_report'
import { freshKey } from '../bin/keys.js'

/** After how many values of a column progress is told. */
const STEP = 1000

const number = (count: number) => count.toLocaleString('en')

/**
 * Gives the stored secrets another key, in the steps that it prints.
 */
export default class SecretsRotate extends BaseCommand {
  static commandName = 'secrets:rotate'
  static description = 'Encrypt all stored secrets with the current SECRETS_KEY'
  static help = [
    'A new key for what is stored, without a moment in which it cannot be read:',
    '```',
    '{{ binaryName }} secrets:rotate --new-key',
    '(restart all processes of the panel)',
    '{{ binaryName }} secrets:rotate',
    '(remove SECRETS_KEY_PREVIOUS from .env and restart again)',
    '```',
    'It may be interrupted and run again at any time.',
  ]

  @flags.boolean({ description: 'Put a fresh SECRETS_KEY into .env, and keep the former one' })
  declare newKey: boolean

  @flags.boolean({ description: 'Only count which key the secrets are encrypted with' })
  declare check: boolean

  async run() {
    if (this.newKey) await this.#replaceKey()
    else await this.#rotate()
  }

  /** Needs no application: with a key that is too weak, it would not boot. */
  async #replaceKey() {
    if (this.check) throw new ConsoleError('Give --new-key or --check, not both.')
    const { default: ReplaceSecretsKey } = await import('#app/secrets/actions/replace_secrets_key')
    const { ENV_PATH, SECRETS_KEY, SECRETS_KEY_PREVIOUS } = process.env
    new ReplaceSecretsKey().handle({
      directory: this.app.makePath(ENV_PATH ?? ''),
      environment: { SECRETS_KEY, SECRETS_KEY_PREVIOUS },
      freshKey: freshKey(),
    })
    this.logger.log(
      '.env has a fresh SECRETS_KEY; the former one is in SECRETS_KEY_PREVIOUS. Next:\n' +
        '1. Restart all processes of the panel. Those on other machines need both keys too.\n' +
        '2. Run: node ace secrets:rotate'
    )
  }

  async #rotate() {
    await this.app.boot()
    await this.app.start(() => {})
    await this.#assertMigrated()
    const { Keyring } = await import('#app/secrets/keyring')
    const { findSealedColumns } = await import('#app/secrets/sealed_columns')
    const { countKeys } = await import('#app/secrets/queries/count_keys')
    const keyring = await Keyring.of(this.app)
    const columns = await findSealedColumns(this.app)
    if (!this.check) {
      const { default: RotateSecrets } = await import('#app/secrets/actions/rotate_secrets')
      await new RotateSecrets(keyring).handle(columns, ({ name, seen, total, resealed }) => {
        if (seen % STEP !== 0 && seen !== total) return
        const of = `${number(seen)} of ${number(total)}`
        this.logger.log(`${name}: looked at ${of}, encrypted ${number(resealed)} anew`)
      })
    }
    const counts = await countKeys(keyring, columns)
    const { text, isGood } = rotationReport(counts, { rotated: !this.check })
    this.logger.log(`\n${text}`)
    if (!isGood) this.exitCode = 1
  }

  async #assertMigrated() {
    const { MigrationRunner } = await import('@adonisjs/lucid/migration')
    const db = await this.app.container.make('lucid.db')
    const migrations = await new MigrationRunner(db, this.app, { direction: 'up' }).getList()
    if (migrations.some(({ status }) => status === 'pending')) {
      throw new ConsoleError(
        'The database is not up to date. Start the panel once, then try again.'
      )
    }
  }
}
