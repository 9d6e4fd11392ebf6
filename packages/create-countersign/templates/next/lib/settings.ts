/** The settings, which Next.js reads from `.env`. */
export const { ISSUER: issuer = 'http://127.0.0.1:3000/auth' } = process.env
export const {
  SECRET_KEY: secretKey = '',
  CLIENT_SECRET: clientSecret = '',
  COOKIE_SECRET: cookieSecret = '',
} = process.env
/** The address of the application. */
export const { origin } = new URL(issuer)
