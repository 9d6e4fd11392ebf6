/** The option `brand`: its checks and its defaults. */
import { z } from 'zod'
import { webUriProblem } from '../domain/registered-uri.ts'
import type { Translated } from '../domain/translated.ts'
import type { Brand } from './brand-options.ts'
import { issueOf } from './issue-of.ts'
import { loadedUriProblem, supportProblem } from './option-checks.ts'

export const defaultBrandName = 'Countersign'

const color = z
  .string('must be a colour')
  .regex(/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i, 'must be a colour as #rgb or #rrggbb')
  .exactOptional()

const loadedUri = z.string('must be a URL').superRefine(issueOf(loadedUriProblem)).exactOptional()

/** A text, or one for each language of the pages. */
export function translated(text: z.ZodString): z.ZodType<Translated> {
  return z.union([text, z.strictObject({ en: text, ru: text.exactOptional(), ja: text.exactOptional() })], {
    error: 'must be a text, or an object with a text for en and others for ru and ja',
  })
}

const label = z.string().trim().min(1).max(60)

const members = {
  colors: { accent: color, accentDark: color },
  font: {
    family: z
      .string('must be the name of a font')
      .regex(
        /^[\p{L}\p{N}][\p{L}\p{N} _-]{0,59}$/u,
        'must be the name of one font, such as Inter: letters, digits, spaces, - and _',
      ),
    uri: loadedUri,
  },
}

const schema = z.strictObject({
  name: z
    .string('must be text')
    .trim()
    .min(1, 'must not be empty')
    .max(60, 'must have at most 60 characters')
    .default(defaultBrandName),
  logoUri: loadedUri,
  logoDarkUri: loadedUri,
  faviconUri: loadedUri,
  colors: z.strictObject(members.colors).exactOptional(),
  font: z.strictObject(members.font, 'must be an object with family, and uri for a font to load').exactOptional(),
  radius: z.int('must be a whole number of pixels').min(0, 'must be 0 to 24').max(24, 'must be 0 to 24').default(10),
  links: z
    .array(
      z.strictObject(
        { label: translated(label), uri: z.string('must be an https URL').superRefine(issueOf(webUriProblem)) },
        'must be objects with label and uri',
      ),
      'must be a list of links',
    )
    .max(5, 'must have at most 5 links')
    .readonly()
    .default([]),
  support: z.string('must be an email address or an https URL').superRefine(issueOf(supportProblem)).exactOptional(),
})

/** The names of its members, and of those of one of them. */
export function brandNames(place: string): readonly string[] {
  if (place === 'brand.colors') return Object.keys(members.colors)
  if (place === 'brand.font') return Object.keys(members.font)
  return place === 'brand' ? Object.keys(schema.shape) : ['label', 'uri', 'en', 'ru', 'ja']
}

/** Reads the option. */
export const brandSchema: z.ZodType<Brand> = schema.transform(resolve)

function resolve({ colors, font, ...brand }: z.output<typeof schema>): Brand {
  return {
    name: brand.name,
    logoUri: brand.logoUri,
    logoDarkUri: brand.logoDarkUri,
    faviconUri: brand.faviconUri,
    accent: colors?.accent,
    accentDark: colors?.accentDark ?? colors?.accent,
    font: font && { family: font.family, uri: font.uri },
    radius: brand.radius,
    links: brand.links,
    support: brand.support,
  }
}
