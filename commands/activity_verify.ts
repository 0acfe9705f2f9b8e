import { BaseCommand, flags } from '@adonisjs/core/ace'
import { ConsoleError } from '#app/core/exceptions/console_error'

const number = (count: number) => count.toLocaleString('en')

/**
 * Says whether the record of activity is whole. Ends with 1 when it is not.
 */
export default class ActivityVerify extends BaseCommand {
  static commandName = 'activity:verify'
  static description = 'Check that no row of activity was changed, removed or added by hand'
  static options = { startApp: true }
  static help = [
    'Prints how long the record is and how it ends. Kept elsewhere, that shows later whether the',
    'whole database was put back to an earlier state:',
    '```',
    '{{ binaryName }} activity:verify --expect 1290:4f8a…',
    '```',
  ]

  @flags.string({ description: 'The head that an earlier check printed, as COUNT:HASH' })
  declare expect?: string

  async run() {
    const kept = this.expect === undefined ? null : readHead(this.expect)
    const { verifyChain } = await import('#app/activity/verify_chain')
    const { finding, count, hash, pruned } = await verifyChain(kept)
    if (finding) {
      const row = finding.sequence === null ? '' : ` Row ${finding.sequence} is the first:`
      this.logger.log(`The record of activity is not whole.${row} ${finding.problem}`)
      this.exitCode = 1
      return
    }
    const removed = pruned > 0 ? ` (the first ${number(pruned)} were removed by age)` : ''
    this.logger.log(
      `The record of activity is whole: ${number(count)} rows${removed}.\n` +
        `Its head: ${count}:${hash}\n` +
        'Keep that elsewhere. Given with --expect, it shows whether the whole record was put back to an earlier state.'
    )
  }
}

function readHead(text: string) {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text)
  if (!match) throw new ConsoleError('Give --expect as COUNT:HASH, the way this command prints it.')
  return { count: Number(match[1]), hash: match[2] }
}
