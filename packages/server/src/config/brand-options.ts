/** What the pages look like: the option `brand`, and what `brand.ts` makes of it. */
import type { Translated } from '../domain/translated.ts'

export interface BrandOptions {
  /** The name at the top of every page. @default 'Countersign' */
  name?: string
  /** An https URL, or a path of this server such as /logo.svg. So are `logoDarkUri`, `faviconUri` and `font.uri`. */
  logoUri?: string
  /** The logo in the dark color scheme. @default logoUri */
  logoDarkUri?: string
  /** The icon of the browser's tab. @default none */
  faviconUri?: string
  /** `#rgb` or `#rrggbb`. */
  colors?: {
    /** Buttons and links. */
    accent?: string
    /** The same in the dark color scheme. @default accent */
    accentDark?: string
  }
  /** The font of all text, before those of the user's system. @default those of the user's system */
  font?: {
    /** Its name: letters, digits, spaces, `-` and `_`. */
    family: string
    /** The file, woff2. @default the font on the user's device */
    uri?: string
  }
  /** Pixels of the corners of fields and buttons, 0 to 24. @default 10 */
  radius?: number
  /** Links below every page, at most 5, such as the imprint. @default [] */
  links?: readonly BrandLink[]
  /** Where users get help: an email address or an https URL. Below every page, and on error pages. @default none */
  support?: string
}

/** A link below every page. */
export interface BrandLink {
  /** One text, or one for each language of the pages. */
  readonly label: Translated
  /** An https URL. */
  readonly uri: string
}

/** The brand after checks and defaults. */
export interface Brand {
  readonly name: string
  readonly logoUri: string | undefined
  readonly logoDarkUri: string | undefined
  readonly faviconUri: string | undefined
  readonly accent: string | undefined
  readonly accentDark: string | undefined
  readonly font: { readonly family: string; readonly uri: string | undefined } | undefined
  readonly radius: number
  readonly links: readonly BrandLink[]
  readonly support: string | undefined
}
