/** The settings, from `.env`. */
const {
  HOST = '127.0.0.1',
  PORT = '3000',
  ISSUER = `http://127.0.0.1:${PORT}/auth`,
  TRUSTED_PROXIES = '',
} = process.env
const { SECRET_KEY, CLIENT_SECRET, COOKIE_SECRET } = process.env

if (!SECRET_KEY || !CLIENT_SECRET || !COOKIE_SECRET) {
  throw new Error('Set SECRET_KEY, CLIENT_SECRET and COOKIE_SECRET in .env, each to 32 random bytes of its own.')
}

export const host = HOST
export const port = Number(PORT)
/** The address of the application, with the path of its login pages. */
export const issuer = ISSUER
/** IP addresses or CIDR ranges. */
export const trustedProxies = TRUSTED_PROXIES.split(',').flatMap((text) => text.trim() || [])
export const secretKey = SECRET_KEY
export const secrets = { clientSecret: CLIENT_SECRET, cookieSecret: COOKIE_SECRET }
