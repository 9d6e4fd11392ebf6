/** Where tokens are kept by default: per system, per issuer and client. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configFolder, defaultTokenFile } from '../../src/node/config-folder.ts'

test('each system has its folder for settings', () => {
  assert.equal(configFolder({}, 'linux', '/home/ada'), '/home/ada/.config')
  assert.equal(configFolder({ XDG_CONFIG_HOME: '/home/ada/settings' }, 'linux', '/home/ada'), '/home/ada/settings')
  assert.equal(configFolder({}, 'darwin', '/Users/ada'), '/Users/ada/Library/Application Support')
  assert.equal(
    configFolder({ APPDATA: 'C:\\Users\\ada\\Roaming' }, 'win32', 'C:\\Users\\ada'),
    'C:\\Users\\ada\\Roaming',
  )
})

test('a relative XDG_CONFIG_HOME is ignored, as its specification requires', () => {
  for (const relative of ['settings', './settings', '']) {
    assert.equal(configFolder({ XDG_CONFIG_HOME: relative }, 'linux', '/home/ada'), '/home/ada/.config')
  }
})

test('each issuer and client has its own file, even if their names differ only in characters that file names must not have', () => {
  const logins = [
    ['https://id.example', 'notes'],
    ['https://id.example/tenant', 'notes'],
    ['https://id.example:8443', 'notes'],
    ['https://id.example', 'no/tes'],
    ['https://id.example', 'no tes'],
    ['https://id.example', '../../notes'],
  ] as const
  const files = logins.map(([issuer, clientId]) => defaultTokenFile('notes-cli', issuer, clientId, '/settings'))
  assert.equal(new Set(files).size, logins.length)
  for (const file of files)
    assert.match(file, /^\/settings\/notes-cli\/id\.example[A-Za-z0-9.-]*_[A-Za-z0-9.-]+_[0-9a-f]{12}\.json$/)
})

test('the name of a program cannot move its folder elsewhere', () => {
  for (const name of ['', '..', '../notes', 'a/b', '/etc']) {
    assert.throws(() => defaultTokenFile(name, 'https://id.example', 'notes', '/settings'), TypeError)
  }
})
