/** The page around Swagger UI. */

export function docsPage(): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Countersign - API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/style.css">
<script src="docs/scheme.js"></script>
</head>
<body>
<main>
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript. The same description is at <a href="openapi.json">openapi.json</a>.</noscript>
</main>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`
}

/** Swagger UI is dark when the document has its class. A file of its own that runs before the page is shown. */
export const docsSchemeScript = `'use strict'
const dark = matchMedia('(prefers-color-scheme: dark)')
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', follow)
follow()
`

/** What Swagger UI's own style sheet lacks: contrast (WCAG 2.2: 4.5 for text), and a focus that is seen. */
export const docsStyle = `body { margin: 0; }
html:not(.dark-mode) .swagger-ui :focus-visible { outline: 2px solid #2b4acb !important; outline-offset: 2px; }
.dark-mode .swagger-ui :focus-visible { outline: 2px solid #93aaff !important; outline-offset: 2px; }
.swagger-ui .highlight-code span[style*="211, 99, 99"] { color: #f0a3a3 !important; }
html:not(.dark-mode) .swagger-ui :is(.opblock.opblock-get, .opblock-get .opblock-section-header) { background: #eff7ff; }
html:not(.dark-mode) .swagger-ui :is(.opblock.opblock-post, .opblock-post .opblock-section-header) { background: #edfaf4; }
html:not(.dark-mode) .swagger-ui .opblock-get .opblock-summary-method { background: #1a5fb4; }
html:not(.dark-mode) .swagger-ui .opblock-post .opblock-summary-method { background: #0b6b3a; }
html:not(.dark-mode) .swagger-ui .btn.authorize { color: #0b6b3a; border-color: #0b6b3a; background: #fff; }
html:not(.dark-mode) .swagger-ui .btn.authorize svg { fill: #0b6b3a; }
html:not(.dark-mode) .swagger-ui .btn.cancel { color: #b3261e; border-color: #b3261e; background: #fff; }
html:not(.dark-mode) .swagger-ui .btn.execute { background: #1a5fb4; border-color: #1a5fb4; }
html:not(.dark-mode) .swagger-ui :is(a, a .url) { color: #1a5fb4; }
html:not(.dark-mode) .swagger-ui .opblock-summary-path a { color: inherit; }
html:not(.dark-mode) .swagger-ui .info .title small { background: #5a6273; }
html:not(.dark-mode) .swagger-ui .info .title small.version-stamp { background: #4d6b00; }
html:not(.dark-mode) .swagger-ui .parameter__name.required :is(span, &::after) { color: #b3261e; }
html:not(.dark-mode) .swagger-ui :is(.parameter__in, select[disabled], input[disabled]) { color: #5a6273; }
:root .swagger-ui .renderedMarkdown code { background: none; color: inherit; }
html:not(.dark-mode) .swagger-ui .response-control-media-type__accept-message { color: #006b00; }
html.dark-mode .swagger-ui .opblock .opblock-section-header .try-out__btn.cancel { color: #ff9c94; border-color: #ff9c94; }
`

/** Starts Swagger UI. A file of its own, so that the policy needs no inline script. */
export const docsStartScript = `'use strict'
SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: -1,
  supportedSubmitMethods: ['get', 'post'],
})
// Swagger UI's fields of parameters have no labels.
new MutationObserver(() => {
  for (const field of document.querySelectorAll('tr :is(select, input):not([aria-label])')) {
    const name = field.closest('tr').querySelector('.parameter__name')
    if (!name) continue
    const label = name.firstChild.textContent
    field.setAttribute('aria-label', field.type === 'checkbox' ? label + ': send an empty value' : label)
  }
}).observe(document.getElementById('swagger-ui'), { childList: true, subtree: true })
`
