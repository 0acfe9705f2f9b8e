import { createFleet } from '#tests/fleet/fleet'

/** A process that starts two hosts, says so, and ends as its argument tells: `exit`, `throw`, or by a signal. */
const ending = process.argv[2]

await createFleet().start(['left-1', { name: 'left-2', disk: '32m' }])
process.stdout.write('started\n')
if (ending === 'exit') process.exit(3)
if (ending === 'throw') throw new Error('the suite broke')
