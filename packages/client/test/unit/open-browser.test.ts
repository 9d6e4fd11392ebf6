/** Which command opens a browser, and when none is opened. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserCommand, canOpenBrowser, openBrowser } from '../../src/node/open-browser.ts'

test('a browser is opened where there is a desktop, and not over SSH', () => {
  assert.equal(canOpenBrowser({ DISPLAY: ':0' }, 'linux'), true)
  assert.equal(canOpenBrowser({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux'), true)
  assert.equal(canOpenBrowser({}, 'linux'), false)
  assert.equal(canOpenBrowser({ DISPLAY: '' }, 'linux'), false)
  for (const platform of ['darwin', 'win32']) {
    assert.equal(canOpenBrowser({}, platform), true)
    assert.equal(canOpenBrowser({ SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22' }, platform), false)
    assert.equal(canOpenBrowser({ SSH_TTY: '/dev/ttys001' }, platform), false)
  }
})

test('the URL is one argument of a command, whatever it contains', () => {
  const url = 'https://id.example/authorize?a=1&calc.exe|$(id)'
  for (const platform of ['darwin', 'win32', 'linux']) {
    const [command, args] = browserCommand(url, platform)
    assert.match(command, /^(open|rundll32|xdg-open)$/)
    assert.equal(args.at(-1), url)
  }
})

test('only http and https URLs are opened', async () => {
  for (const url of ['file:///etc/passwd', 'javascript:alert(1)', '/etc/passwd', '--help', 'calc.exe']) {
    assert.equal(await openBrowser(url), false)
  }
})

test('a system without the command is not an error', async (t) => {
  const path = process.env['PATH']
  process.env['PATH'] = ''
  t.after(() => {
    process.env['PATH'] = path
  })
  assert.equal(await openBrowser('https://id.example/'), false)
})
