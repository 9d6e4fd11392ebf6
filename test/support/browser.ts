/** A real Chromium, which scripts/setup.mjs found or installed. */
import { existsSync, readFileSync } from 'node:fs'
import { after, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page, type Route } from 'playwright-core'

const chromiumNote = fileURLToPath(new URL('../../node_modules/.cache/countersign/chromium-path', import.meta.url))

/** For containers without a network: no sandbox, no background requests. */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface Viewed {
  readonly page: Page
  /** The problems that the page reported: errors, and what its content security policy blocked. */
  readonly complaints: readonly string[]
}

export interface View {
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: 'light' | 'dark'
  readonly javaScript?: boolean
}

let launched: Promise<Browser> | undefined
after(async () => (await launched)?.close())

export function chromiumPath(): string {
  if (!existsSync(chromiumNote)) throw new Error('Chromium is found or installed by the test command: run npm test')
  return readFileSync(chromiumNote, 'utf8').trim()
}

/** Lets all that a page loads come late: a test that does not wait for what a script draws fails in the soak. */
async function delay(route: Route): Promise<void> {
  if (!route.request().isNavigationRequest()) await setTimeout(1000)
  await route.fallback()
}

/** The browser of this test file. Its first page starts it. */
function browserOfFile(): Promise<Browser> {
  launched ??= chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
  return launched
}

/** Opens an empty page that shares no cookies and no storage with any other; closed when the test ends. */
export async function openPage(test: TestContext, view: View = {}): Promise<Viewed> {
  const browser = await browserOfFile()
  const context = await browser.newContext({
    viewport: { width: view.width ?? 1280, height: view.height ?? 900 },
    colorScheme: view.colorScheme ?? 'light',
    javaScriptEnabled: view.javaScript ?? true,
  })
  test.after(() => context.close())
  if (process.env['SOAK'] === 'true') await context.route('**/*', delay)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return { page, complaints }
}
