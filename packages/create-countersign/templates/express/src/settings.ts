/** The settings, from `.env`. An empty one counts as not set. */
import type { OptionsError } from 'countersign'

const { HOST, PORT, ISSUER, TRUSTED_PROXIES = '' } = process.env
const { SECRET_KEY = '', CLIENT_SECRET = '', COOKIE_SECRET = '' } = process.env

for (const [name, secret] of Object.entries({ SECRET_KEY, CLIENT_SECRET, COOKIE_SECRET })) {
  if (secret.length >= 32) continue
  stop(`${name} must be a random text of at least 32 characters, such as openssl rand -hex 32 prints: set it in .env.`)
}

export const host = HOST || '127.0.0.1'
export const port = Number(PORT || 3000)
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  stop('PORT must be a whole number from 1 to 65535, such as 3000: correct it in .env.')
}
/** The address of the application, with the path of its login pages. */
export const issuer = ISSUER || `http://127.0.0.1:${port}/auth`
if (!URL.canParse(issuer)) stop('ISSUER must be a URL, such as https://app.example.com/auth: correct it in .env.')
/** IP addresses or CIDR ranges. */
export const trustedProxies = TRUSTED_PROXIES.split(',').flatMap((text) => text.trim() || [])
export const secretKey = SECRET_KEY
export const secrets = { clientSecret: CLIENT_SECRET, cookieSecret: COOKIE_SECRET }

/** Ends the program with a sentence: a stack trace would hide it. */
export function stop(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}

/** What is wrong with options of Countersign, by the names that they have in `.env`. */
export function describeProblems({ problems }: OptionsError): string {
  const variables: Record<string, string> = {
    issuer: 'ISSUER',
    trustedProxies: 'TRUSTED_PROXIES',
    secretKey: 'SECRET_KEY',
  }
  return problems.map(({ option, message }) => `${variables[option] ?? option} ${message}`).join('\n')
}
