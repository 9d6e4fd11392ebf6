/** How far the clock of this machine is from the database's: what is reported, and what makes a process not ready. */
import type { Context } from '../context.ts'

/** In seconds. Processes go by the database's clock, but APIs and clients compare its times with their own. */
const reported = 5
const tolerated = 60

/** The problem as a word for `/readyz`; `undefined` without one. */
export function clockProblem({ clock }: Pick<Context, 'clock'>): 'clock_differs' | undefined {
  return Math.abs(clock.machineLead()) > tolerated ? 'clock_differs' : undefined
}

/** Compares the clocks again, and logs a difference. Called once a minute. */
export async function compareClocks({ clock, log }: Pick<Context, 'clock' | 'log'>): Promise<void> {
  await clock.compare()
  const lead = clock.machineLead()
  if (Math.abs(lead) <= reported) return
  const direction = lead > 0 ? 'ahead of' : 'behind'
  const seconds = Math.abs(lead).toFixed(1)
  const consequence = clockProblem({ clock }) ? `: more than ${tolerated} s, so this process is not ready` : ''
  log.warn(
    { lead: Number(lead.toFixed(3)) },
    `the clock of this machine is ${seconds} s ${direction} PostgreSQL's, which Countersign goes by${consequence}. Synchronise both machines by NTP, for example with chrony`,
  )
}
