/** The model of `npm run capacity`: what follows from its inputs, without a database. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planOf } from '../../scripts/capacity/bounds.ts'
import { forecast } from '../../scripts/capacity/forecast.ts'
import { guideTable } from '../../scripts/capacity/guide-table.ts'
import { helpText, readOptions } from '../../scripts/capacity/options.ts'
import { ratesOf } from '../../scripts/capacity/rates.ts'
import { reportOf } from '../../scripts/capacity/report.ts'
import { rowsOf } from '../../scripts/capacity/rows.ts'
import { fc } from '../support/fast-check.ts'
import { textOf } from '../support/samples.ts'

const asked = (...options: string[]) => readOptions(options)

test('a day of logins is spread over its seconds, and each grant is refreshed while its application is in use', () => {
  const rates = ratesOf(asked('--users=86400', '--logins=2', '--sign-ons=1', '--active-hours=2').demand)
  assert.equal(rates.login, 2)
  assert.equal(rates.signOn, 2)
  assert.equal(rates.refresh, 4 * 4)
  assert.equal(rates.passwordLogin, 0)
})

test('passwords at /token make no sessions and no codes', () => {
  const { demand } = asked('--scheme=password', '--logouts=0.5')
  const rates = ratesOf(demand)
  assert.equal(rates.login + rates.signOn + rates.logout, 0)
  assert.ok(Math.abs(rates.revoke - rates.passwordLogin / 2) < 1e-9)
  const rows = rowsOf(demand)
  assert.equal(rows.sessions + rows.authorization_codes, 0)
  assert.ok(rows['sessionless grants'] > 0)
})

test('tokens that live longer are refreshed less often, and leave fewer rows', () => {
  const often = rowsOf(asked('--access-token-lifetime=600').demand)
  const seldom = rowsOf(asked('--access-token-lifetime=3600').demand)
  assert.ok(often['used refresh_tokens'] > 5 * seldom['used refresh_tokens'])
  assert.equal(often.grants, seldom.grants)
})

test('a guard costs the server its feed alone, whatever it checks', () => {
  const guard = ratesOf(asked('--checks=5000').demand)
  assert.equal(guard.introspection + guard.usersMe, 0)
  assert.equal(ratesOf(asked('--checks=5000', '--checked-by=introspection').demand).introspection, 5000)
})

test('what is used of each bound grows with the users, and ends where it says', () => {
  for (const database of ['sqlite', 'postgres'] as const) {
    const { demand, machines } = asked('--users=1000000')
    for (const { name, endsAtUsers } of planOf(demand, machines, database).bounds) {
      // The number of machines, and with it of connections, is whole.
      if (name.includes('syncs')) continue
      const atEnd = planOf(
        { ...demand, users: endsAtUsers, guards: demand.guards * (endsAtUsers / demand.users) },
        machines,
        database,
      )
      const used = atEnd.bounds.find((bound) => bound.name === name)?.used ?? 0
      assert.ok(Math.abs(used - machines.use) < 0.01, `${name}: ${used}`)
    }
  }
})

test('one machine more serves than is needed, and none is enough beyond the bounds', () => {
  const few = asked('--users=1000')
  assert.equal(planOf(few.demand, few.machines, 'sqlite').machines, 1)
  assert.equal(planOf(few.demand, few.machines, 'postgres').machines, 2)
  const many = asked('--users=1000000000')
  assert.equal(planOf(many.demand, many.machines, 'sqlite').machines, undefined)
  assert.equal(planOf(many.demand, many.machines, 'postgres').machines, undefined)
})

/** Any demand whose numbers the command takes. */
const anyOptions = fc.record({
  users: fc.double({ min: 1, max: 1e12, noNaN: true }),
  logins: fc.oneof(fc.double({ min: 0, max: 20, noNaN: true }), fc.double({ min: 0, max: 1e12, noNaN: true })),
  'sign-ons': fc.double({ min: 0, max: 5, noNaN: true }),
  'active-hours': fc.double({ min: 0, max: 48, noNaN: true }),
  'wrong-passwords': fc.double({ min: 0, max: 100, noNaN: true }),
  checks: fc.double({ min: 0, max: 1e9, noNaN: true }),
  'checked-by': fc.constantFrom('guard', 'introspection', 'users-me'),
  scheme: fc.constantFrom('code', 'password'),
  peak: fc.double({ min: 1, max: 1000, noNaN: true }),
  cores: fc.integer({ min: 1, max: 64 }),
  'database-cores': fc.integer({ min: 1, max: 1024 }),
  use: fc.double({ min: 0.01, max: 1, noNaN: true }),
  syncs: fc.double({ min: 1, max: 1e6, noNaN: true }),
  'log-megabytes': fc.double({ min: 0.001, max: 1e6, noNaN: true }),
})

const forecastOf = (options: Readonly<Record<string, string | number>>) => {
  const { demand, machines } = asked(...Object.entries(options).map(([name, value]) => `--${name}=${value}`))
  return forecast(demand, machines)
}

test('more users never need fewer machines, and every figure is a number', () => {
  fc.assert(
    fc.property(anyOptions, fc.double({ min: 1, max: 100, noNaN: true }), (options, factor) => {
      const few = forecastOf(options)
      const many = forecastOf({ ...options, users: Math.min(options.users * factor, 1e12) })
      for (const database of ['sqlite', 'postgres'] as const) {
        const [fewer, more] = [few[database].machines ?? Infinity, many[database].machines ?? Infinity]
        assert.ok(fewer <= more, `${database}: ${fewer}, with more users ${more}`)
      }
      const figures = JSON.stringify(few, (_, value) => (Number.isNaN(value) || value < 0 ? '!' : value))
      assert.ok(!figures.includes('!'), figures)
      assert.doesNotMatch(reportOf(few), /NaN|Infinity|undefined/)
    }),
    { numRuns: 300 },
  )
})

test('a disk of few syncs needs more machines, whose connections share them, and with more users not fewer', () => {
  const machinesFor = (users: number) => forecastOf({ users, syncs: 60, 'log-megabytes': 1000 }).postgres.machines
  const counts = [400_000, 500_000, 600_000, 700_000, 800_000, 1_000_000].map(machinesFor)
  assert.deepEqual(
    counts,
    counts.toSorted((left, right) => (left ?? Infinity) - (right ?? Infinity)),
  )
  assert.ok(!counts.includes(undefined))
})

test('half a sign-on for each login has half of its rows', () => {
  const rowsWith = (signOns: number) => rowsOf(asked(`--sign-ons=${signOns}`).demand)
  const [none, half, one] = [rowsWith(0), rowsWith(0.5), rowsWith(1)]
  for (const table of ['grants', 'unused refresh_tokens', 'used refresh_tokens'] as const) {
    const expected = (none[table] + one[table]) / 2
    assert.ok(Math.abs(half[table] - expected) < expected * 0.01, `${table}: ${half[table]}, not ${expected}`)
  }
  assert.ok(none.sessions < half.sessions && half.sessions < one.sessions)
})

test('wrong options are refused with what is right, and the help names each option', () => {
  assert.throws(() => asked('--users=many'), /--users must be a number, at least 1/)
  assert.throws(() => asked('--logouts=2'), /--logouts must be a number, at least 0 and at most 1/)
  assert.throws(() => asked('--scheme=saml'), /--scheme must be one of: code, password/)
  assert.throws(() => asked('--user=1'), /Unknown option/)
  for (const value of ['', ' ', '1k', 'NaN', 'Infinity', '-1', '1e308']) {
    assert.throws(() => asked(`--logins=${value}`), /--logins must be a number, at least 0$/, value)
  }
  assert.throws(() => asked('--access-token-lifetime=0'), /must be a number, at least 60 and at most 86400/)
  for (const name of ['--users', '--checked-by', '--json', '--check'])
    assert.match(helpText(), new RegExp(`^  ${name}`, 'm'))
})

test('the report has the operations, the rows and what ends first', () => {
  const { demand, machines } = asked('--users=1000000')
  const report = reportOf(forecast(demand, machines))
  for (const part of ['refresh', 'used refresh_tokens', "SQLite's one writer", 'the cores of the primary']) {
    assert.ok(report.includes(part), part)
  }
})

test('docs/guides/scale.md has the figures of the model', () => {
  const guide = textOf('docs/guides/scale.md')
  assert.ok(guide.includes(guideTable()), guideTable())
  const [, command = '', shown] = /^\$ npm run -s capacity -- (.*)\n([\s\S]*?)\n```/m.exec(guide) ?? []
  const { demand, machines } = asked(...command.split(' '))
  assert.equal(shown, reportOf(forecast(demand, machines)))
})
