/** The live trace in a real Chromium. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openPage, type View } from '../support/browser.ts'
import { startCommand, temporaryFolder } from '../support/process.ts'

async function makeRequests(origin: string): Promise<void> {
  const login = (password: string) =>
    fetch(`${origin}/token`, { method: 'POST', body: new URLSearchParams({ username: 'tim', password }) })
  await login('wrong')
  const { access_token: token } = JSON.parse(await (await login('tim1234')).text())
  await fetch(`${origin}/users/me/items`, { headers: { authorization: `Bearer ${token}` } })
}

test('requests appear when their response is sent, each with its steps; the slowest and the failed one are marked', async (t) => {
  const dev = await startCommand(t, ['dev'], { DATA_DIR: temporaryFolder(t) })
  const { page, complaints } = await openPage(t)
  await page.goto(`${dev.origin}/_trace`)
  await page.getByText('Live: requests appear').waitFor()
  await makeRequests(dev.origin)

  const requests = page.locator('#requests > li')
  await requests.nth(2).waitFor()
  assert.match(await requests.nth(2).innerText(), /401 POST \/token[\s\S]*password_mismatch/)
  assert.match(await requests.nth(2).locator('.steps li', { hasText: 'authenticate_user' }).innerText(), /failed/)
  // Mostly the hash of the password. On a busy machine it is any step.
  const steps = requests.nth(1).locator('.steps li')
  const durations = (await steps.locator('.duration').allInnerTexts()).map((text) => Number.parseFloat(text))
  assert.ok(durations.length > 1)
  const slowest = await steps.filter({ hasText: 'slowest' }).locator('.duration').allInnerTexts()
  assert.deepEqual(
    slowest.map((text) => Number.parseFloat(text)),
    [Math.max(...durations)],
  )
  const names = await requests.nth(0).locator('.step').allInnerTexts()
  assert.deepEqual(names, ['get_current_user', 'get_user', 'get_items'])
  assert.equal((await page.content()).includes('tim1234'), false)
  assert.deepEqual(complaints, [])
})

test('without JavaScript a reload shows the past requests', async (t) => {
  const dev = await startCommand(t, ['dev'], { DATA_DIR: temporaryFolder(t) })
  const { page } = await openPage(t, { javaScript: false })
  await makeRequests(dev.origin)
  await page.goto(`${dev.origin}/_trace`)
  assert.equal(await page.locator('#requests > li').count(), 3)
  await page.getByText('Reload to see newer requests.').waitFor()
})

const views: readonly (View & { readonly name: string })[] = [
  { name: 'trace-wide-light', width: 1280 },
  { name: 'trace-wide-dark', width: 1280, colorScheme: 'dark' },
  { name: 'trace-narrow-light', width: 390 },
  { name: 'trace-narrow-dark', width: 390, colorScheme: 'dark' },
]
const viewed = await startCommand({ after }, ['dev'], { DATA_DIR: temporaryFolder({ after }) })

for (const view of views) {
  test(`${view.name}: nothing is cut off`, async (t) => {
    const { page } = await openPage(t, view)
    await makeRequests(viewed.origin)
    await page.goto(`${viewed.origin}/_trace`)
    await page.locator('#requests > li').nth(2).waitFor()
    assert.ok(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'))
    const folder = process.env['SCREENSHOTS']
    if (folder) await page.screenshot({ path: `${folder}/${view.name}.png` })
  })
}

test('the server stops at once while the live trace is open', async (t) => {
  const dev = await startCommand(t, ['dev'], { DATA_DIR: temporaryFolder(t) })
  const { page } = await openPage(t)
  await page.goto(`${dev.origin}/_trace`)
  await page.getByText('Live: requests appear').waitFor()
  const { code } = await dev.stop('SIGINT')
  assert.equal(code, 0)
  await page.getByText('Connection lost').waitFor()
})
