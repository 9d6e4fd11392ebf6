/** The settings, from `.env`. An empty one is as good as none. */
const { HOST, PORT, ISSUER, TRUSTED_PROXIES = '' } = process.env
const { SECRET_KEY, CLIENT_SECRET, COOKIE_SECRET } = process.env

if (!SECRET_KEY || !CLIENT_SECRET || !COOKIE_SECRET) {
  throw new Error('Set SECRET_KEY, CLIENT_SECRET and COOKIE_SECRET in .env, each to 32 random bytes of its own.')
}

export const host = HOST || '127.0.0.1'
export const port = Number(PORT || 3000)
if (!(port >= 1 && port <= 65_535)) throw new Error('PORT must be a number from 1 to 65535, such as 3000.')
/** The address of the application, with the path of its login pages. */
export const issuer = ISSUER || `http://127.0.0.1:${port}/auth`
/** IP addresses or CIDR ranges. */
export const trustedProxies = TRUSTED_PROXIES.split(',').flatMap((text) => text.trim() || [])
export const secretKey = SECRET_KEY
export const secrets = { clientSecret: CLIENT_SECRET, cookieSecret: COOKIE_SECRET }
