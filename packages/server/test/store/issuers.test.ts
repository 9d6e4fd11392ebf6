/** Processes on one database that serve different issuers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { insideSteps, openDeployment } from '../../src/cli/doctor/deployment.ts'
import { runSteps } from '../../src/cli/doctor/steps.ts'
import { createCompareIssuers, recently } from '../../src/health/other-issuers.ts'
import { eventually } from '../support/accounts.ts'
import { databaseKinds, freshStoreAndUrl, preparedDatabase } from '../support/databases.ts'
import { wrong } from '../support/doctor.ts'
import { settingsOn } from '../support/doctor-settings.ts'
import { countRows } from '../support/rows.ts'
import { startServerWithoutUsers } from '../support/server.ts'

const [one, two] = ['https://one.example.com', 'https://two.example.com']

for (const database of databaseKinds) {
  test(`${database}: each of two processes with different issuers logs that of the other once a minute, as long as both run`, async (t) => {
    const { store, url } = await freshStoreAndUrl(t, database)
    const clock = { now: 1000 }
    const logged: string[] = []
    const processOf = (issuer: string) => {
      const warn = (facts: object) => void logged.push(`${issuer}: ${JSON.stringify(facts)}`)
      return createCompareIssuers({
        config: { issuer },
        store,
        now: () => clock.now,
        log: { info: warn, error: warn, warn },
      })
    }
    const first = processOf(one)
    const second = processOf(two)
    const sameAsSecond = processOf(two)
    const loggedNow = () => logged.splice(0)

    // What was seen before may have stopped since, as at a change of ISSUER.
    for (const each of [first, second, sameAsSecond]) await each()
    assert.deepEqual(loggedNow(), [])
    for (let minute = 0; minute < 2; minute++) {
      clock.now += 60
      for (const each of [first, second, sameAsSecond]) await each()
      const ofSecond = `${two}: ${JSON.stringify({ issuer: two, others: [one] })}`
      const ofFirst = `${one}: ${JSON.stringify({ issuer: one, others: [two] })}`
      assert.deepEqual(loggedNow(), [...(minute === 0 ? [] : [ofFirst]), ofSecond, ofSecond])
    }

    clock.now += 150
    await first()
    assert.deepEqual(loggedNow(), [])
    assert.equal(await countRows(url, 'issuers'), 2)
    clock.now += 24 * 3600
    await first()
    assert.equal(await countRows(url, 'issuers'), 1)
  })

  test(`${database}: R17 an issuer that was seen while the clock was far ahead is no news until then, and one that is served is`, async (t) => {
    const { store, url } = await freshStoreAndUrl(t, database)
    const year = 365 * 24 * 3600
    const clock = { now: year }
    const logged: object[] = []
    const processOf = (issuer: string, warn: (facts: object) => void = () => {}) =>
      createCompareIssuers({ config: { issuer }, store, now: () => clock.now, log: { info: warn, error: warn, warn } })
    const first = processOf(one, (facts) => void logged.push(facts))
    const second = processOf(two)
    await first()
    await second()

    clock.now = 1000
    assert.deepEqual(await store.issuers.others(one, recently(clock.now)), [])
    await first()
    assert.equal(await countRows(url, 'issuers'), 1)
    clock.now += 60
    await first()
    assert.deepEqual(logged, [])

    await second()
    clock.now += 60
    await first()
    assert.deepEqual(logged, [{ issuer: one, others: [two] }])
  })

  test(`${database}: a server notes its issuer, and doctor finds that of another one`, async (t) => {
    const { url, remove } = await preparedDatabase(database)
    t.after(remove)
    const { server } = await startServerWithoutUsers(t, { databaseUrl: url, issuer: one })
    await eventually(async () => (await countRows(url, `issuers where issuer = '${one}'`)) === 1)
    await server.context.store.issuers.see(one, Math.floor(Date.now() / 1000))
    const found = async (issuer: string) => {
      const settings = settingsOn(url)
      const deployment = await openDeployment({ ...settings, options: { ...settings.options, issuer } })
      const steps = insideSteps(deployment).filter(({ name }) => name === 'database')
      const findings = await runSteps('', steps)
      await deployment.store?.close()
      return wrong(findings).filter((line) => line.includes('issuer'))
    }
    assert.deepEqual(await found(one), [])
    const [line = ''] = await found(two)
    assert.match(line, /^database: In the last minutes it was served as https:\/\/one\.example\.com, too/)
  })
}
