/** The reference of error codes and reasons: where `error_uri` leads. */
import { html } from 'hono/html'
import type { Html } from './html.ts'

export interface ReferenceArea {
  readonly title: string
  readonly introduction: string
  readonly entries: readonly ReferenceEntry[]
}

export interface ReferenceEntry {
  /** The id of the entry on the page. */
  readonly word: string
  /** Sentences; what stands in backticks is code. */
  readonly happened: string
  readonly remedy: string
}

export function errorsReferencePage(areas: readonly ReferenceArea[]): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Countersign - errors</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="errors/style.css">
</head>
<body>
<header>
<h1>Errors</h1>
<p>What the <code>error_uri</code> of a response points to. The operator finds the exact reason of a response by its
<code>x-request-id</code>: <code>countersign why &lt;id&gt;</code></p>
<nav aria-label="Areas"><ul>${areas.map(({ title }) => html`<li><a href="#${areaId(title)}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${areas.map(section)}
</main>
</body>
</html>
`.toString()
}

function section({ title, introduction, entries }: ReferenceArea): Html {
  return html`<section aria-labelledby="${areaId(title)}">
<h2 id="${areaId(title)}">${title}</h2>
<p>${withCode(introduction)}</p>
${entries.map(entry)}
</section>
`
}

function entry({ word, happened, remedy }: ReferenceEntry): Html {
  return html`<article id="${word}">
<h3><a href="#${word}">${word}</a></h3>
<p>${withCode(happened)}</p>
<p class="remedy">${withCode(remedy)}</p>
</article>
`
}

/** With hyphens: no word of the reference has one. */
function areaId(title: string): string {
  return `area-${title.toLowerCase().replaceAll(' ', '-')}`
}

function withCode(sentence: string): readonly (Html | string)[] {
  return sentence.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))
}

export const errorsReferenceStyle: string = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #0e1117);
  --card: light-dark(#fff, #171b23);
  --ink: light-dark(#161d2b, #e9ecf2);
  --quiet: light-dark(#545f73, #a2abbc);
  --line: light-dark(#e1e4eb, #2b313d);
  --link: light-dark(#2b4acb, #93aaff);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 46rem; padding: 2rem 1rem 6rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1, h2, h3, p { margin: 0; }
h1 { font-size: 1.75rem; line-height: 1.3; }
h2 { font-size: 1.25rem; line-height: 1.4; margin-top: 2.75rem; }
h2 + p, header p { color: var(--quiet); margin-top: .25rem; }
nav ul { list-style: none; margin: 1rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
nav a { display: inline-flex; align-items: center; min-height: 2.75rem; }
a { color: var(--link); text-underline-offset: .2em; }
article { margin-top: .75rem; padding: .875rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
article:target { border-color: var(--link); outline: 2px solid var(--link); outline-offset: -1px; }
h3 { font: 600 1rem/1.5 ui-monospace, monospace; }
h3 a { color: inherit; text-decoration: none; }
h3 a:hover { text-decoration: underline; }
.remedy { margin-top: .25rem; color: var(--quiet); }
.remedy::before { content: "\\2192\\a0" / ""; }
code { font: .875em/1.5 ui-monospace, monospace; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`
