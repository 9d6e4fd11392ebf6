/** The live trace: a list of requests, each with its steps. */
import { html } from 'hono/html'

export interface RequestEntry {
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly reason: string | undefined
  /** Seconds since the epoch. */
  readonly happenedAt: number
  /** Milliseconds. */
  readonly durationMs: number
  readonly steps: readonly StepEntry[]
}

interface StepEntry {
  readonly name: string
  /** Milliseconds. */
  readonly durationMs: number
  readonly outcome: 'ok' | 'failed'
  readonly facts: Readonly<Record<string, string | number | boolean>>
}

type Html = ReturnType<typeof html>

/** `entries` are newest first. */
export function tracePage(entries: readonly RequestEntry[]): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Countersign - live trace</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="_trace/trace.css">
<script src="_trace/trace.js" defer></script>
</head>
<body>
<header>
<h1>Live trace</h1>
<p id="connection" role="status">Reload to see newer requests.</p>
</header>
<main>
<p id="empty">No request yet. Log in at <a href="docs">/docs</a>, and its steps appear here.</p>
<ol id="requests" aria-live="polite" aria-label="Requests, newest first">${entries.map(entry)}</ol>
</main>
</body>
</html>
`.toString()
}

/** One request of the list. */
export function requestEntry(request: RequestEntry): string {
  return entry(request).toString()
}

function entry(request: RequestEntry): Html {
  const slowest = Math.max(...request.steps.map((step) => step.durationMs))
  const isSlowest = (step: StepEntry) => request.steps.length > 1 && step.durationMs === slowest
  return html`<li class="request ${request.status < 400 ? 'ok' : 'failed'}">
<h2><span class="status">${request.status}</span> ${request.method} ${request.path}
${request.reason ? html`<span class="reason">${request.reason}</span>` : ''}</h2>
<p class="about"><time>${clockTime(request.happenedAt)}</time> · ${milliseconds(request.durationMs)} · <code>${request.requestId}</code></p>
<ol class="steps">${request.steps.map((step) => stepItem(step, isSlowest(step)))}</ol>
</li>`
}

function stepItem(step: StepEntry, isSlowest: boolean): Html {
  const marks = [
    step.outcome === 'failed' ? html`<strong class="mark">failed</strong>` : '',
    isSlowest ? html`<span class="mark slow">slowest</span>` : '',
  ]
  const facts = Object.entries(step.facts).map(
    ([name, value]) => html`<span class="fact"><span class="name">${name}</span> ${String(value)}</span> `,
  )
  return html`<li class="${step.outcome}"><span class="step">${step.name}</span>
<span class="duration">${milliseconds(step.durationMs)}</span> <span class="facts">${facts}</span>${marks}</li>`
}

function milliseconds(durationMs: number): string {
  return `${durationMs.toFixed(durationMs < 10 ? 2 : 0)} ms`
}

function clockTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 23)
}

export const traceScriptText = `'use strict'
const list = document.getElementById('requests')
const connection = document.getElementById('connection')
const most = 100
const source = new EventSource('_trace/events')
source.onopen = () => { connection.textContent = 'Live: requests appear with their response.' }
source.onerror = () => { connection.textContent = 'Connection lost. Trying again.' }
source.onmessage = (event) => {
  list.insertAdjacentHTML('afterbegin', event.data)
  while (list.children.length > most) list.lastElementChild.remove()
}
`

export const traceStyleText = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #14171c);
  --card: light-dark(#fff, #1d2128);
  --ink: light-dark(#1b2330, #e6e9ef);
  --quiet: light-dark(#566072, #a2abba);
  --line: light-dark(#dde1e8, #313843);
  --good: light-dark(#14703c, #6fd39a);
  --bad: light-dark(#b3261e, #ff9a92);
  --slow: light-dark(#8a5a00, #f0bf6a);
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; }
header p, .about { color: var(--quiet); margin: .15rem 0 0; }
ol { list-style: none; margin: 0; padding: 0; }
#empty:has(+ ol > li) { display: none; }
#requests { margin-top: 1.25rem; display: grid; gap: .9rem; }
.request { background: var(--card); border: 1px solid var(--line); border-left: .3rem solid var(--good);
  border-radius: .5rem; padding: .8rem 1rem; overflow-wrap: anywhere; }
.request.failed { border-left-color: var(--bad); }
h2 { font: 600 1rem/1.4 ui-monospace, monospace; margin: 0; }
.status { color: var(--good); }
.failed .status, .reason { color: var(--bad); }
.reason::before { content: '· '; color: var(--quiet); }
.about { font-size: .85rem; }
.steps { margin-top: .6rem; border-top: 1px solid var(--line); }
.steps li { display: grid; grid-template-columns: 12rem 5.5rem 1fr auto; gap: .15rem .75rem; padding: .3rem 0;
  border-bottom: 1px solid var(--line); font-size: .9rem; align-items: baseline; }
.steps li:last-child { border-bottom: 0; padding-bottom: 0; }
.step { font-family: ui-monospace, monospace; }
.step::before { content: '\\2713'; color: var(--good); margin-right: .5rem; }
li.failed > .step::before { content: '\\2717'; color: var(--bad); }
.duration { text-align: right; font-variant-numeric: tabular-nums; color: var(--quiet); }
.fact { margin-right: .75rem; }
.fact .name { color: var(--quiet); }
.mark { font-size: .8rem; font-weight: 600; color: var(--bad); margin-left: .5rem; grid-column: 4; }
.mark.slow { color: var(--slow); }
@media (max-width: 40rem) {
  .steps li { grid-template-columns: 1fr auto; }
  .facts { grid-column: 1 / -1; }
  .mark { grid-column: auto; margin-left: 0; }
}
`
