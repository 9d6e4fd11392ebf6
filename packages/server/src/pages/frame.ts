/** The frame of every page: the document, the brand, the card, and the language switch. */
import { html } from 'hono/html'
import { type Html, monogram } from './html.ts'
import { type Language, languages } from './language.ts'
import { textOf } from './text.ts'

/** How the operator's pages look. */
export interface Brand {
  readonly name: string
  /** A path of this origin, or the URL of an image. */
  readonly logoUri: string | undefined
  /** `#rgb` or `#rrggbb`. */
  readonly accent: string | undefined
  /** The same for the dark scheme. @default accent */
  readonly accentDark: string | undefined
}

/** What every page needs. */
export interface Frame {
  readonly language: Language
  readonly brand: Brand
  /** `''` or `/tenant`: the start of every link and action. */
  readonly basePath: string
  /** Part of every form that posts to this server. */
  readonly csrf: string
  /** Where the language switch returns to: the page's path without its first slash, and its query, such as `login?...`. `undefined`: no switch. */
  readonly languageReturn: string | undefined
}

export interface Content {
  readonly title: string
  readonly main: Html
  /** The path of a script of this server, without the base path. */
  readonly script?: string
  /** The path of a style sheet that follows that of all pages, without the base path. */
  readonly style?: string
}

/** The `img-src` of a page's policy: the logo may come from another origin. */
export function imageSources({ logoUri }: Brand): string {
  return `'self' data:${logoUri?.includes('://') ? ` ${new URL(logoUri).origin}` : ''}`
}

/** The content security policy of a page without a form and without a script. */
export function stillPagePolicy(brand: Brand): string {
  return `default-src 'none'; style-src 'self'; img-src ${imageSources(brand)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
}

/** The whole document. */
export function framed(frame: Frame, { title, main, script, style }: Content): string {
  const { language, brand, basePath } = frame
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · ${brand.name}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${basePath}/pages/style.css">
${style === undefined ? '' : html`<link rel="stylesheet" href="${basePath}${style}">`}
${script === undefined ? '' : html`<script src="${basePath}${script}" defer></script>`}
</head>
<body>
<div class="card">
<header class="brand">${mark(brand)}</header>
<main>
${main}
</main>
</div>
${languageSwitch(frame)}
</body>
</html>
`.toString()
}

/** A form that posts to this server, with `hidden` fields. */
export function form(frame: Frame, path: string, hidden: Readonly<Record<string, string>>, content: Html): Html {
  return html`<form method="post" action="${frame.basePath}${path}">
${hiddenFields({ csrf_token: frame.csrf, ...hidden })}
${content}
</form>`
}

export function hiddenFields(fields: Readonly<Record<string, string>>): readonly Html[] {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)
}

function mark({ name, logoUri }: Brand): Html {
  const isImage = logoUri !== undefined && /^(?:\/|https?:\/\/)/i.test(logoUri)
  return isImage ? html`<img src="${logoUri}" alt="${name}">` : html`${monogram(name)}<span>${name}</span>`
}

const ownNames: Readonly<Record<Language, string>> = { en: 'English', ru: 'Русский', ja: '日本語' }

function languageSwitch(frame: Frame): Html {
  if (frame.languageReturn === undefined) return html``
  const choices = languages.map((language) => {
    const current = language === frame.language ? html` aria-current="true"` : ''
    return html`<button class="plain" name="language" value="${language}" lang="${language}"${current}>${ownNames[language]}</button>`
  })
  const buttons = html`<div class="languages" role="group" aria-label="${textOf(frame.language).language}">${choices}</div>`
  return html`<footer>${form(frame, '/language', { return: frame.languageReturn }, buttons)}</footer>`
}
