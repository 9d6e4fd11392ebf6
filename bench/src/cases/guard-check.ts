/** What a guard's check costs by itself: a token that was seen before, and one that was not, beside bare jose. */
import { fileURLToPath } from 'node:url'
import { atLeast, type Case } from '../findings.ts'
import type { GuardChecks } from '../guard-checks.ts'
import { runToEnd } from '../processes.ts'
import { median } from '../rounds.ts'

const program = fileURLToPath(new URL('../guard-checks.ts', import.meta.url))

export const guardCheck: Case = async (tell) => {
  const { repeated, fresh, jose }: GuardChecks = JSON.parse(
    await runToEnd({ args: ['--conditions=source', program], core: 0 }),
  )
  tell(`${repeated.map((perSecond) => (perSecond / 1000).toFixed(0)).join(', ')} thousand repeated checks/s`)
  const ratio = median(fresh.map((perSecond, round) => perSecond / (jose[round] ?? Number.NaN)))
  return [
    {
      what: 'guard.check of a repeated ES256 token, one core',
      figure: `${median(repeated).toFixed(0)} checks/s`,
      goal: atLeast(median(repeated), 400_000, 'checks/s'),
    },
    {
      what: 'guard.check of fresh ES256 tokens, rate beside bare jose jwtVerify',
      figure: `${median(fresh).toFixed(0)} beside ${median(jose).toFixed(0)} checks/s`,
      ratio,
      goal: atLeast(ratio, 0.9),
    },
  ]
}
