/** Tells requests that the app's own pages make from those that another site makes a browser send (CSRF). */

/**
 * Whether a page of the app made this request. `Sec-Fetch-Site` says so in every browser of today (Fetch Metadata §2.3), `Origin` in
 * older ones; scripts can set neither. What says neither is refused.
 */
export function isFromSameOrigin(request: Request, origin: string): boolean {
  const site = request.headers.get('sec-fetch-site')
  return site === null ? request.headers.get('origin') === origin : site === 'same-origin'
}

/** The same for what changes nothing: also what a person asked for by the address bar, and what says nothing about where it is from. */
export function mayRead(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  return site === null || site === 'same-origin' || site === 'none'
}

/** Whether the answer is to be run as a script, a worker or a stylesheet of XML (Fetch Metadata §2.1, Service Workers §Handle Fetch). */
export function isToRun({ headers }: Request): boolean {
  return headers.has('service-worker') || /script|work|xslt/.test(headers.get('sec-fetch-dest') ?? '')
}
