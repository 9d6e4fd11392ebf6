/** Distinguishes requests of the app's own pages from those that another site makes a browser send (CSRF). */

/**
 * Whether a page of the app made this request. Current browsers say so in `Sec-Fetch-Site` (Fetch Metadata §2.3), older ones in `Origin`;
 * scripts can set neither. False for a request without both.
 */
export function isFromSameOrigin(request: Request, origin: string): boolean {
  const site = request.headers.get('sec-fetch-site')
  return site === null ? request.headers.get('origin') === origin : site === 'same-origin'
}

/** Whether a request may read: also one that the user typed into the address bar, and one that does not say where it comes from. */
export function mayRead(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  return site === null || site === 'same-origin' || site === 'none'
}

/** Whether the response would run as a script, a worker or an XML stylesheet (Fetch Metadata §2.1, Service Workers §Handle Fetch). */
export function isToRun({ headers }: Request): boolean {
  return headers.has('service-worker') || /script|work|xslt/.test(headers.get('sec-fetch-dest') ?? '')
}
