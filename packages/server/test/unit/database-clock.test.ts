/** The database's clock between two looks at it, while the clocks of the machine do what clocks do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { followClock } from '../../src/clock/database-clock.ts'
import type { SharedClock } from '../../src/environment.ts'

interface World {
  readonly clock: SharedClock
  /** Lets seconds pass, by all clocks. */
  readonly pass: (seconds: number) => void
  /** What each clock shows. */
  readonly shown: { database: number; machine: number; uptime: number }
  /** How long the question and the answer travel, in seconds. */
  readonly travel: { there: number; back: number }
  /** Makes looks at the database's clock fail. */
  readonly outage: { isOn: boolean }
  readonly looks: () => number
}

/** A machine whose clock is `lead` seconds ahead of the database's. */
async function startWorld(lead: number): Promise<World> {
  const shown = { database: 1_000_000, machine: 1_000_000 + lead, uptime: 500 }
  const travel = { there: 0, back: 0 }
  const outage = { isOn: false }
  let looks = 0
  const pass = (seconds: number) => {
    shown.database += seconds
    shown.machine += seconds
    shown.uptime += seconds
  }
  const read = async () => {
    looks++
    if (outage.isOn) throw new Error('the database is away')
    const sentAt = shown.uptime
    pass(travel.there)
    const time = shown.database
    pass(travel.back)
    return { time, sentAt, receivedAt: shown.uptime }
  }
  const clock = await followClock(read, { now: () => shown.machine, uptime: () => shown.uptime })
  return { clock, pass, shown, travel, outage, looks: () => looks }
}

for (const lead of [30, -30, 90, -90, 0]) {
  test(`S10 on a machine whose clock is ${lead} s ahead, the database's time is shown, and the difference is known`, async () => {
    const { clock, pass, shown } = await startWorld(lead)
    assert.equal(clock.now(), shown.database)
    pass(3600)
    assert.equal(clock.now(), shown.database)
    assert.equal(clock.machineLead(), lead)
  })
}

test('a step of the machine’s clock changes nothing, and makes it look at the database once', async () => {
  const { clock, pass, shown, looks } = await startWorld(0)
  pass(10)
  shown.machine -= 3600
  assert.equal(clock.now(), shown.database)
  assert.equal(clock.machineLead(), -3600)
  await setImmediate()
  assert.equal(clock.now(), shown.database)
  pass(10)
  clock.now()
  assert.equal(looks(), 2)
})

test('after the machine has slept, the next calls find the database’s time again, also when the first look fails', async () => {
  const { clock, pass, shown, outage, looks } = await startWorld(0)
  pass(10)
  shown.database += 3600
  shown.machine += 3600
  outage.isOn = true
  clock.now()
  await setImmediate()
  outage.isOn = false
  // Not at each call: without the database, a flood of requests would ask it as often.
  clock.now()
  await setImmediate()
  assert.equal(looks(), 2)
  pass(1)
  clock.now()
  await setImmediate()
  assert.equal(clock.now(), shown.database)
  assert.equal(looks(), 3)

  pass(10)
  shown.database += 3600
  shown.machine += 3600
  clock.machineLead()
  await setImmediate()
  assert.equal(clock.machineLead(), 0)
})

test('a slow answer moves it only as far as the answer proves', async () => {
  const { clock, pass, shown, travel } = await startWorld(0)
  pass(60)
  travel.back = 2
  await clock.compare()
  assert.equal(clock.now(), shown.database)
  travel.back = 0
  travel.there = 2
  await clock.compare()
  assert.equal(clock.now(), shown.database)

  // Its answer arrives two seconds late, so that the difference is three at most and one at least.
  Object.assign(travel, { there: 0, back: 2 })
  shown.database += 3
  await clock.compare()
  assert.equal(shown.database - clock.now(), 2)
})

test('the first look is wrong by half of its round trip at most', async () => {
  const { clock, shown } = await startWorld(0)
  const slow = await followClock(
    async () => ({ time: shown.database - 4, sentAt: shown.uptime - 4, receivedAt: shown.uptime }),
    { now: () => shown.machine, uptime: () => shown.uptime },
  )
  assert.equal(slow.now() - clock.now(), -2)
})

test('the clock stops instead of going back a little, and follows when the database’s clock was set back', async () => {
  const { clock, pass, shown } = await startWorld(0)
  const before = clock.now()
  shown.database -= 2
  await clock.compare()
  assert.equal(clock.now(), before)
  pass(1)
  assert.equal(clock.now(), before)
  pass(2)
  assert.equal(clock.now(), shown.database)

  shown.database -= 3600
  await clock.compare()
  assert.equal(clock.now(), shown.database)
})

test('comparisons at the same time are one look at the database', async () => {
  const { clock, looks } = await startWorld(0)
  await Promise.all([clock.compare(), clock.compare(), clock.compare()])
  assert.equal(looks(), 2)
})
