/** The frame of every page: the document, the brand, the card, its form, and the footer with the language switch. */
import { html } from 'hono/html'
import { foreignLink, type Html, isWebAddress, monogram } from './html.ts'
import { type Language, languages, type Translated, textIn, withLocale } from './language.ts'
import { textOf } from './text.ts'

/** How the operator's pages look. */
export interface Brand {
  readonly name: string
  /** A path of this origin, or the URL of an image; so are the next two. */
  readonly logoUri: string | undefined
  /** For the dark scheme. @default logoUri */
  readonly logoDarkUri: string | undefined
  readonly faviconUri: string | undefined
  /** `#rgb` or `#rrggbb`. */
  readonly accent: string | undefined
  /** The same for the dark scheme. @default accent */
  readonly accentDark: string | undefined
  readonly font: BrandFont | undefined
  /** Pixels, of fields and buttons. */
  readonly radius: number
  /** Below each page. */
  readonly links: readonly BrandLink[]
  /** An email address, or an https URL, where users get help. */
  readonly support: string | undefined
}

export interface BrandFont {
  /** Letters, digits, spaces, `-` and `_`. */
  readonly family: string
  /** A path of this origin, or the URL of a font file. `undefined`: the font is on the user's device. */
  readonly uri: string | undefined
}

export interface BrandLink {
  readonly label: Translated
  readonly uri: string
}

/** What every page needs. */
export interface Frame {
  readonly language: Language
  readonly brand: Brand
  /** `''` or `/tenant`: the start of every link and action. */
  readonly basePath: string
  /** Part of every form that posts to this server. */
  readonly csrf: string
  /**
   * Where the language switch returns to: the page's path without its first slash, and its query, such as `login?...`. Without a path, the
   * page itself. `undefined`: no switch.
   */
  readonly languageReturn: string | undefined
}

export interface Content {
  readonly title: string
  readonly main: Html
  /** The form around the page, which posts to this server. The language switch posts it too, so that nothing that was typed is lost. */
  readonly form?: PageForm
  /** The path of a script of this server, without the base path. */
  readonly script?: string
  /** The path of a style sheet that follows that of all pages, without the base path. */
  readonly style?: string
}

export interface PageForm {
  readonly path: string
  readonly hidden: Readonly<Record<string, string>>
}

/** What a page may load besides its style sheet: a policy's `img-src` and `font-src`. Logos and fonts may come from other origins. */
export function loadedSources({ logoUri, logoDarkUri, faviconUri, font }: Brand, clientLogoUri?: string): string {
  const images = originsOf([logoUri, logoDarkUri, faviconUri, clientLogoUri])
  const fonts = font?.uri === undefined ? '' : `; font-src ${["'self'", ...originsOf([font.uri])].join(' ')}`
  return `img-src ${["'self'", 'data:', ...images].join(' ')}${fonts}`
}

function originsOf(addresses: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(addresses.filter(isWebAddress).map((address) => new URL(address).origin))]
}

/** The content security policy of a page without a form and without a script. */
export function stillPagePolicy(brand: Brand): string {
  return `default-src 'none'; style-src 'self'; ${loadedSources(brand)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
}

/** The whole document. */
export function framed(frame: Frame, content: Content): string {
  const { language, brand, basePath } = frame
  const { title, form, style } = content
  const script = form ? '/pages/page.js' : content.script
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · ${brand.name}</title>
<link rel="icon" href="${isLoadable(brand.faviconUri) ? brand.faviconUri : 'data:,'}">
<link rel="stylesheet" href="${basePath}/pages/style.css">
${style === undefined ? '' : html`<link rel="stylesheet" href="${basePath}${style}">`}
${script === undefined ? '' : html`<script src="${basePath}${script}" defer></script>`}
</head>
<body>
${form ? formAround(frame, form, parts(frame, content)) : parts(frame, content)}
</body>
</html>
`.toString()
}

function parts(frame: Frame, { main, form }: Content): Html {
  return html`<div class="card">
<header class="brand">${mark(frame.brand)}</header>
<main>
${main}
</main>
</div>
${footer(frame, form)}`
}

function formAround(frame: Frame, { path, hidden }: PageForm, content: Html): Html {
  const place: Readonly<Record<string, string>> =
    frame.languageReturn === undefined ? {} : { return: frame.languageReturn }
  return html`<form class="page" method="post" action="${frame.basePath}${path}">
${hiddenFields({ csrf_token: frame.csrf, ...hidden, ...place })}
${content}
</form>`
}

export function hiddenFields(fields: Readonly<Record<string, string>>): readonly Html[] {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)
}

function mark({ name, logoUri, logoDarkUri }: Brand): Html {
  if (!isLoadable(logoUri)) return html`${monogram(name)}<span>${name}</span>`
  const image = html`<img src="${logoUri}" alt="${name}">`
  if (!isLoadable(logoDarkUri)) return image
  return html`<picture><source srcset="${logoDarkUri}" media="(prefers-color-scheme: dark)">${image}</picture>`
}

/** A path of this origin or a web address, never `javascript:` or `data:`. */
function isLoadable(address: string | undefined): address is string {
  return address !== undefined && /^(?:\/|https?:\/\/)/i.test(address)
}

const ownNames: Readonly<Record<Language, string>> = { en: 'English', ru: 'Русский', ja: '日本語' }

function footer(frame: Frame, form: PageForm | undefined): Html {
  const { language, brand, languageReturn } = frame
  const text = textOf(language)
  const help = supportAddress(brand)
  const links = [
    ...brand.links.flatMap(({ label, uri }) => {
      return isWebAddress(uri) ? [foreignLink(uri, textIn(label, language), text.newTab)] : []
    }),
    ...(help === undefined ? [] : [html`<a href="${help}">${text.support}</a>`]),
  ]
  if (languageReturn === undefined && links.length === 0) return html``
  const switched = languageReturn === undefined ? '' : languageSwitch(frame, languageReturn, form !== undefined)
  return html`<footer>${switched}${links.length === 0 ? '' : html`<p class="fine">${links}</p>`}</footer>`
}

/** Buttons in the form of the page, or links to the page in another language. */
function languageSwitch({ language: current, basePath }: Frame, target: string, isInForm: boolean): Html {
  const choices = languages.map((language) => {
    const attributes = html`lang="${language}"${language === current ? html` aria-current="true"` : ''}`
    if (!isInForm) {
      return html`<a class="button plain" href="${inLanguage(basePath, target, language)}" ${attributes}>${ownNames[language]}</a>`
    }
    return html`<button class="plain" formaction="${basePath}/language" formnovalidate name="language" value="${language}" ${attributes}>${ownNames[language]}</button>`
  })
  return html`<div class="languages" role="group" aria-label="${textOf(current).language}">${choices}</div>`
}

function inLanguage(basePath: string, target: string, language: Language): string {
  const [path = '', ...query] = target.split('?')
  return `${path === '' ? '' : `${basePath}/${path}`}?${withLocale(query.join('?'), language)}`
}

/** Where users get help; `about` is the subject of an email. */
export function supportAddress({ support }: Brand, about?: string): string | undefined {
  if (support === undefined) return undefined
  if (isWebAddress(support)) return support
  return `mailto:${support}${about === undefined ? '' : `?subject=${encodeURIComponent(about)}`}`
}
