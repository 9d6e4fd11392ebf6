/** Why a request was refused before anyone looked at what it means, and what is our own fault. */
export const requestReasons = {
  route_unknown: {
    happened: 'There is no such path.',
    remedy: 'Check the path: it is compared as sent. `/users/me/items` is served by `dev` only.',
    isPublic: true,
  },
  method_not_allowed: {
    happened: 'The path is not served with this method; `expected` names those.',
    remedy: "Correct the client. `OPTIONS` is a browser's question about CORS.",
    isPublic: true,
  },
  body_too_large: { happened: 'The body is above 64 KiB.', remedy: 'Correct the client.', isPublic: true },
  body_incomplete: {
    happened: 'The connection ended within the body.',
    remedy: 'A client that went away.',
    isPublic: true,
  },
  content_encoded: { happened: 'The body is compressed.', remedy: 'Send it as it is.', isPublic: true },
  headers_too_large: { happened: 'The headers are above 32 KiB.', remedy: 'Too many cookies?', isPublic: true },
  target_too_long: {
    happened: 'Path and query are above 8 KiB.',
    remedy: 'Send less. At /authorize and /logout a body does not help: it is sent on in an address.',
    isPublic: true,
  },
  header_repeated: {
    happened: '`authorization`, `host` or another header that may come once came twice.',
    remedy: 'Does a proxy add one?',
    isPublic: true,
  },
  host_malformed: { happened: '`Host` is missing or no host.', remedy: 'Correct the proxy.', isPublic: true },
  target_not_a_path: {
    happened: 'What is asked for is not a path.',
    remedy: 'This is no proxy; someone tries things out.',
    isPublic: true,
  },
  target_malformed: {
    happened: 'The path has dot segments, backslashes, a fragment or raw characters.',
    remedy: 'Someone tries things out.',
    isPublic: true,
  },
  transfer_coding_unsupported: {
    happened: 'The `Transfer-Encoding` is another than chunked.',
    remedy: 'Correct the proxy.',
    isPublic: true,
  },
  http_malformed: {
    happened: 'What came is not HTTP: TLS at the plain port, for one.',
    remedy: '`http://`, or a proxy for TLS.',
    isPublic: true,
  },
  request_timeout: {
    happened: 'The request did not come within 10 seconds.',
    remedy: 'A slow or hostile client.',
    isPublic: true,
  },
  watchers_full: {
    happened: '20 people look at the live trace already (`dev` only).',
    remedy: 'Close one.',
    isPublic: true,
  },
} as const

export const ownReasons = {
  database_unavailable: {
    happened: 'The database did not answer; the answer was 503.',
    remedy: 'See `cause` in the log.',
  },
  internal_error: {
    happened: 'A bug; the answer was 500.',
    remedy: 'Please report it, with `err` of the log.',
  },
} as const
