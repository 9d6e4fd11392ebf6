/**
 * A move that kills its own process at a point, as an operator or a lack of memory may at any: `killed-move.ts <from> <to> <stage> <done>`,
 * when so much of the stage is done.
 */
import { systemClock, systemRandom } from '../../../packages/server/src/environment.ts'
import { moveDatabase } from '../../../packages/server/src/store/move/move.ts'

const [from = '', to = '', stage, least] = process.argv.slice(2)

await moveDatabase({
  from,
  to,
  random: systemRandom,
  now: systemClock,
  onStage: (at, done) => {
    if (at === stage && done >= Number(least)) process.kill(process.pid, 'SIGKILL')
  },
})
