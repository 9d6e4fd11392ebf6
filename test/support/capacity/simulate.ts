/** Days of traffic at a server with a clock of its own: logins, refreshes and logouts when the demand says so, and the housekeeping. */
import { keepHouse } from '../../../packages/server/src/housekeeping/housekeeping.ts'
import type { TestServer } from '../../../packages/server/test/support/server.ts'
import type { Demand } from '../../../scripts/capacity/demand.ts'
import { refreshesOf } from '../../../scripts/capacity/rates.ts'
import type { Held, Traffic } from './traffic.ts'

interface Event {
  /** Seconds since the beginning. */
  readonly at: number
  readonly happen: () => Promise<unknown>
}

const hour = 3600
const day = 86_400

/** @param hourly is called each hour, after housekeeping */
export async function simulate(
  { server, clock }: TestServer,
  traffic: Traffic,
  demand: Demand,
  days: number,
  hourly: (hour: number) => Promise<unknown>,
): Promise<void> {
  const begun = clock.now
  const events: Event[] = []
  for (let count = 1; count <= days * 24; count++) {
    events.push({ at: count * hour, happen: () => keepHouse(server.context).then(() => hourly(count)) })
  }
  const interval = day / (demand.users * demand.logins)
  for (let count = 0; count * interval < days * day; count++) {
    events.push(...oneLogin(traffic, demand, count, count * interval))
  }
  for (const { at, happen } of events.sort((left, right) => left.at - right.at)) {
    if (at > days * day) break
    clock.now = begun + at
    await happen()
  }
}

/** What follows of the login with this number. */
function oneLogin(traffic: Traffic, demand: Demand, number: number, at: number): readonly Event[] {
  const events: Event[] = []
  const { signOns, activeHours, logouts, wrongPasswords } = demand
  const use = activeHours * hour
  if (isChosen(number, wrongPasswords)) events.push({ at, happen: traffic.wrongPassword })
  if (demand.scheme === 'password') {
    const held = traffic.passwordLogin
    events.push(...oneGrant(traffic, demand, at, held, isChosen(number, logouts) ? use : undefined))
    return events
  }
  const login = traffic.login
  let browser: Awaited<ReturnType<typeof login>>['browser'] | undefined
  const first = async () => {
    const { browser: used, held } = await login()
    browser = used
    return held
  }
  events.push(...oneGrant(traffic, demand, at, first, undefined))
  let last = at
  for (let count = 1; count <= signOns; count++) {
    last = at + (use * count) / (signOns + 1)
    events.push(...oneGrant(traffic, demand, last, async () => await traffic.signOn(known(browser)), undefined))
  }
  if (isChosen(number, logouts)) events.push({ at: last + use, happen: () => traffic.logout(known(browser)) })
  return events
}

function oneGrant(
  traffic: Traffic,
  demand: Demand,
  at: number,
  begin: () => Promise<Held>,
  revokedAfter: number | undefined,
): readonly Event[] {
  let held: Held | undefined
  const events: Event[] = [
    {
      at,
      happen: async () => {
        held = await begin()
      },
    },
  ]
  for (let count = 1; count <= refreshesOf(demand); count++) {
    const happen = async () => {
      held = await traffic.refresh(known(held))
    }
    events.push({ at: at + count * demand.accessTokenLifetime, happen })
  }
  if (revokedAfter !== undefined) events.push({ at: at + revokedAfter, happen: () => traffic.revoke(known(held)) })
  return events
}

/** Whether the share falls on this one of many: evenly, so that two runs are alike. */
function isChosen(number: number, share: number): boolean {
  return Math.floor((number + 1) * share) > Math.floor(number * share)
}

function known<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error('it comes before the login that it follows')
  return thing
}
