/** The style sheet of the pages: variables for brand and scheme, then rules that are the same for all. */
import { type Colour, contrast, parseColour } from './colour.ts'
import type { Brand } from './frame.ts'
import { styleRules } from './style-rules.ts'

/** A scheme's colours. Contrast where two meet: text at least 4.5, edges of controls at least 3. */
interface Palette {
  readonly accent: Colour
  readonly ground: Colour
  readonly card: Colour
  readonly ink: Colour
  readonly quiet: Colour
  readonly line: Colour
  readonly edge: Colour
  readonly tint: Colour
  readonly bad: Colour
  readonly badTint: Colour
}

const light: Palette = {
  accent: '#2b4acb',
  ground: '#f4f5f8',
  card: '#ffffff',
  ink: '#161d2b',
  quiet: '#545f73',
  line: '#e1e4eb',
  edge: '#848da0',
  tint: '#f1f3f7',
  bad: '#a41e22',
  badTint: '#fdf0ef',
}

const dark: Palette = {
  accent: '#93aaff',
  ground: '#0e1117',
  card: '#171b23',
  ink: '#e9ecf2',
  quiet: '#a2abbc',
  line: '#2b313d',
  edge: '#6f798c',
  tint: '#212733',
  bad: '#ffa49c',
  badTint: '#321b1e',
}

/**
 * The style sheet served at `/pages/style.css`. A brand's accents are `#rgb` or `#rrggbb`; anything else gives the default. Where
 * the accent has too little contrast (links, focus rings, edges of buttons), another colour replaces it.
 */
export function pagesStyle(brand: Brand): string {
  const accent = parseColour(brand.accent)
  const accentDark = parseColour(brand.accentDark) ?? accent
  const font = fontName(brand)
  return `${fontFace(font, brand.font?.uri)}:root {
color-scheme: light dark;
--radius: ${brand.radius / 16}rem;
--font:${font === undefined ? '' : ` "${font}",`};
${variables({ ...light, ...(accent && { accent }) })}
}
@media (prefers-color-scheme: dark) {
:root {
${variables({ ...dark, ...(accentDark && { accent: accentDark }) })}
}
}
${styleRules}`
}

/** Nothing else gets into a style sheet, as with colours. */
function fontName({ font }: Brand): string | undefined {
  return font && /^[\p{L}\p{N} _-]+$/u.test(font.family) ? font.family : undefined
}

function fontFace(name: string | undefined, uri: string | undefined): string {
  if (name === undefined || uri === undefined || !/^(?:\/|https?:\/\/)[^\s"'()\\]+$/.test(uri)) return ''
  return `@font-face { font-family: "${name}"; src: url("${uri}"); font-weight: 100 900; font-display: swap; }
`
}

function variables(palette: Palette): string {
  const { accent, ground, card, ink, quiet, line, edge, tint, bad, badTint } = palette
  const isReadable = (least: number) => [ground, card, tint].every((under) => contrast(accent, under) >= least)
  const isWhiteOn = contrast(accent, '#ffffff') >= contrast(accent, '#000000')
  const declared = {
    accent,
    'on-accent': isWhiteOn ? '#ffffff' : '#000000',
    'off-accent': isWhiteOn ? '#000000' : '#ffffff',
    link: isReadable(4.5) ? accent : ink,
    focus: isReadable(3) ? accent : ink,
    rim: contrast(accent, card) >= 3 ? accent : edge,
    ground,
    card,
    ink,
    quiet,
    line,
    edge,
    tint,
    bad,
    'bad-tint': badTint,
  }
  return Object.entries(declared)
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join('\n')
}
