/** The rules of the pages' style sheet. Colours come only from variables. */

export const styleRules: string = `*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: flex; flex-direction: column; align-items: center;
  padding: 2rem 1rem; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.5 var(--font) system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif; }
body:lang(ja) { font-family: var(--font) system-ui, -apple-system, "Hiragino Sans", "Hiragino Kaku Gothic ProN", "Yu Gothic UI", Meiryo,
  "Noto Sans JP", "Noto Sans CJK JP", sans-serif; line-break: strict; word-break: auto-phrase; }
.page { display: contents; }
body::before, body::after { content: ""; flex: 1 1 0; }
body::after { flex-grow: 1.4; }
.card { width: 100%; max-width: 26rem; padding: 2.25rem 2.5rem 2.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: calc(var(--radius) * 1.6);
  box-shadow: 0 1px 2px rgb(15 23 42 / .04), 0 12px 32px -12px rgb(15 23 42 / .12); }
p, h1, ul { margin: 0; padding: 0; }
ul { list-style: none; }
h1 { font-size: 1.5rem; line-height: 1.3; font-weight: 650; letter-spacing: -.012em; text-wrap: balance; }
h1:lang(ja) { font-size: 1.375rem; letter-spacing: 0; }
h1 .name { font-weight: inherit; }
.name { font-weight: 600; }
.lead { margin-top: .5rem; color: var(--quiet); text-wrap: pretty; }
.lead .name, .lead .client { color: var(--ink); }
.client { display: flex; align-items: center; gap: .75rem; margin: .625rem 0; line-height: 1.35; }
.logo { flex: none; width: 2.75rem; height: 2.75rem; object-fit: contain; border-radius: var(--radius); }
h1 .client { margin: 0 0 .75rem; font-size: 1.125rem; letter-spacing: 0; }
h1 .host { font-weight: 400; }
.host { display: block; font-size: .875rem; color: var(--quiet); }
.lead + .lead { margin-top: .75rem; }
.brand { display: flex; align-items: center; gap: .625rem; margin-bottom: 2rem; font-weight: 600; font-size: .9375rem; }
.brand img { display: block; height: 2rem; max-width: 10rem; object-fit: contain; object-position: left; }
.monogram { flex: none; display: grid; place-items: center; width: 2.75rem; height: 2.75rem; border-radius: var(--radius);
  border: 1px solid var(--line); background: var(--tint); font: 600 .875rem/1 system-ui, sans-serif; overflow: hidden; }
.brand .monogram { width: 1.75rem; height: 1.75rem; border-radius: calc(var(--radius) * .8); border-color: var(--rim); font-size: .8125rem;
  background: var(--accent); color: var(--on-accent); }
.field { margin-top: 1.75rem; }
.problem + .field { margin-top: 1.25rem; }
label { display: block; font-size: .875rem; font-weight: 600; }
.field + .field { margin-top: 1.125rem; }
.field input { display: block; width: 100%; min-height: 2.875rem; margin-top: .375rem; padding: .5rem .875rem; font: inherit;
  color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: var(--radius); }
.field input[aria-invalid] { border-color: var(--bad); }
button, .button { display: flex; align-items: center; justify-content: center; width: 100%; min-height: 2.875rem;
  margin: 0; padding: .5rem 1rem; font: inherit; font-weight: 600; text-align: center; text-decoration: none; color: var(--ink);
  background: var(--card); border: 1px solid var(--edge); border-radius: var(--radius); cursor: pointer; }
button:hover, .button:hover { background: var(--tint); }
.primary { color: var(--on-accent); background: var(--accent); border-color: var(--rim); }
.primary:hover { background: color-mix(in srgb, var(--accent) 88%, var(--off-accent)); }
.plain { font-weight: 500; color: var(--quiet); border-color: transparent; background: none; }
.plain:hover { color: var(--ink); }
.actions { display: grid; gap: .625rem; margin-top: 1.75rem; }
.actions .plain:last-child { margin-bottom: -1rem; }
.pair { grid-template-columns: 1fr 1fr; }
.pair button { padding-inline: .5rem; }
a { color: var(--link); text-underline-offset: .2em; text-decoration-thickness: from-font; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.field input:focus-visible { outline-offset: -1px; border-color: var(--focus); }
.problem { margin-top: 1.5rem; padding: .75rem .875rem; border: 1px solid var(--bad); border-radius: var(--radius); background: var(--bad-tint);
  color: var(--bad); font-size: .9375rem; }
.secret { position: relative; }
.secret:has(button:not([hidden])) input { padding-right: 6.5rem; }
.secret button { position: absolute; inset: 0 0 0 auto; width: auto; white-space: nowrap; min-height: 0; padding: 0 .875rem; font-size: .875rem; border: 0; color: var(--link); }
[hidden] { display: none !important; }
.hint { font-size: .875rem; color: var(--quiet); }
.hint:not(:empty) { margin-top: .375rem; }
[aria-busy] { opacity: .65; cursor: progress; }
[aria-busy]::after { content: ""; flex: none; width: 1em; height: 1em; margin-left: .625rem; border: 2px solid; border-right-color: transparent; border-radius: 50%; animation: turn .8s linear infinite; }
@media (prefers-reduced-motion: reduce) { [aria-busy]::after { animation: none; } }
@keyframes turn { to { rotate: 1turn; } }
.permissions { margin-top: 1.25rem; }
.permissions ul { margin: .375rem 0 .75rem; padding-left: 1.25rem; list-style: disc; }
.permissions li { padding: .1875rem 0 .1875rem .25rem; }
.permissions li::marker { color: var(--quiet); }
main > .host { margin-bottom: .75rem; }
.who { display: flex; align-items: center; justify-content: space-between; gap: .25rem 1rem; font-size: .875rem; color: var(--quiet); }
.who .name { color: var(--ink); }
.who button { flex: none; width: auto; max-width: 50%; padding: .25rem .5rem; margin-right: -.5rem; min-height: 2.75rem; font-size: inherit; font-weight: 500;
  color: var(--link); border-color: transparent; background: none; text-decoration: underline; text-underline-offset: .2em; }
.check { display: flex; align-items: center; gap: .75rem; min-height: 2.75rem; font-weight: 400; cursor: pointer; }
.check input { flex: none; width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--focus); }
.check + .actions { margin-top: .5rem; }
.seen { position: sticky; bottom: 0; padding: .75rem 0; background: var(--card); z-index: 1; }
.seen + .fine { margin-top: 0; }
.fine { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: .75rem 0 -1rem; font-size: .875rem; }
.fine a, details a { display: inline-flex; align-items: center; min-height: 2.75rem; }
.fine a { color: var(--quiet); }
.fine a:hover { color: var(--ink); }
.accounts { display: grid; gap: .625rem; margin-top: 1.75rem; }
.account { justify-content: flex-start; gap: .875rem; min-height: 4rem; padding: .625rem .875rem; text-align: left; line-height: 1.35; }
.account small { display: block; font-size: .875rem; font-weight: 400; color: var(--quiet); }
.report { margin-top: .25rem; padding: 1rem; border-radius: var(--radius); background: var(--tint); font-size: .875rem; }
.report dl { margin: .75rem 0 0; }
.report dl + p { margin-top: .75rem; }
.report dt { color: var(--quiet); }
.report dd { margin: 0; }
.report dd + dt { margin-top: .625rem; }
code { font: .8125rem/1.6 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; user-select: all; }
details { margin-top: .75rem; font-size: .875rem; }
summary { min-height: 2.75rem; display: flex; align-items: center; color: var(--quiet); cursor: pointer; width: fit-content; }
summary::before { content: ""; width: .45rem; height: .45rem; margin-right: .625rem; border: solid; border-width: 0 1.5px 1.5px 0; transform: rotate(-45deg); }
[open] > summary::before { transform: rotate(45deg); }
.languages { display: flex; flex-wrap: wrap; justify-content: center; margin: 1rem 0 0; }
.languages .plain { width: auto; min-width: 2.75rem; min-height: 2.75rem; padding: .25rem .75rem; font-size: .875rem; }
.languages [aria-current] { color: var(--ink); font-weight: 600; }
footer .fine { justify-content: center; margin: .25rem 0 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 30rem) {
  body { padding: 0; background: var(--card); }
  body::before { content: none; }
  .card { padding: 1.5rem 1.25rem; border: 0; border-radius: 0; box-shadow: none; }
  .card { padding-bottom: .75rem; }
  .languages { margin: 0; }
  footer { padding: .5rem 1rem 1rem; }
}
@media (prefers-reduced-motion: no-preference) {
  button, .button { transition: background-color .12s, border-color .12s; }
}
@media (forced-colors: active) {
  [aria-busy]::after { forced-color-adjust: none; }
  .primary, .plain, .who button, .brand .monogram { border-color: currentColor; }
}
`
