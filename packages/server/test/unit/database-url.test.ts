/** The option `databaseUrl`: what is wrong with a value, before anything is opened. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databaseUrlProblem } from '../../src/config/option-checks.ts'

for (const url of [
  'sqlite:data/countersign.db',
  'sqlite:./data/countersign.db',
  'sqlite:/var/lib/countersign.db',
  'sqlite:C:\\data\\countersign.db',
  'sqlite:files/file:x.db',
  'sqlite::memory:',
  'postgres://user:password@host/database',
  'postgresql:///database?host=/run/postgresql',
]) {
  test(`${url} is accepted`, () => {
    assert.equal(databaseUrlProblem(url), undefined)
  })
}

const form = 'must be sqlite: and a path, sqlite::memory:, or postgres://user:password@host/database'

for (const [url, problem] of [
  ['', form],
  ['sqlite:', form],
  ['postgres://', form],
  ['mysql://host/database', form],
  ['sqlite::memory:?x', form],
  ['sqlite::memory', form],
  ['sqlite::MEMORY:', form],
  ['sqlite::memory: ', form],
  ['sqlite:file:x?mode=memory', form],
  ['sqlite:a\0b', 'must not contain the null character'],
  ['postgres://host/a\0b', 'must not contain the null character'],
] as const) {
  test(`${JSON.stringify(url)} is rejected`, () => {
    assert.equal(databaseUrlProblem(url), problem)
  })
}
