/** Why a request was rejected before its meaning was checked, and what is the server's own failure. */
export const requestReasons = {
  route_unknown: {
    happened: 'There is no such path.',
    remedy: 'Check the path: it is compared as it is sent. Only `dev` serves `/users/me/items`.',
    isPublic: true,
  },
  method_not_allowed: {
    happened: 'The path does not support this method; `expected` lists the supported ones.',
    remedy: 'Correct the client. Browsers send `OPTIONS` to ask about CORS.',
    isPublic: true,
  },
  origin_not_registered: {
    happened: 'A script of an origin that belongs to no client asked whether it may send a request.',
    remedy:
      "Register a redirect URI of the script's origin, `received`, with its client. A native app's redirect URIs are not origins.",
    isPublic: true,
  },
  body_too_large: { happened: 'The body is larger than 64 KiB.', remedy: 'Correct the client.', isPublic: true },
  body_incomplete: {
    happened: 'The connection ended before the body was complete.',
    remedy: 'The client closed the connection.',
    isPublic: true,
  },
  content_encoded: { happened: 'The body is compressed.', remedy: 'Send it uncompressed.', isPublic: true },
  headers_too_large: {
    happened: 'The headers are larger than 32 KiB.',
    remedy: 'Check whether there are too many cookies.',
    isPublic: true,
  },
  target_too_long: {
    happened: 'The path and query are longer than 8 KiB.',
    remedy: 'Send less. At /authorize and /logout a body does not help: it becomes part of an address.',
    isPublic: true,
  },
  header_repeated: {
    happened: 'A header that must occur once, such as `authorization` or `host`, was sent twice.',
    remedy: 'Check whether a proxy adds the header.',
    isPublic: true,
  },
  host_malformed: {
    happened: '`Host` is missing or malformed.',
    remedy: 'Correct the proxy.',
    isPublic: true,
  },
  target_not_a_path: {
    happened: 'The request target is not a path.',
    remedy: 'This server is not a proxy: somebody probes it.',
    isPublic: true,
  },
  target_malformed: {
    happened: 'The path contains dot segments, backslashes, a fragment or unencoded characters.',
    remedy: 'Correct the client. If it is not yours, somebody probes the server.',
    isPublic: true,
  },
  transfer_coding_unsupported: {
    happened: 'The `Transfer-Encoding` is not `chunked`.',
    remedy: 'Correct the proxy.',
    isPublic: true,
  },
  http_malformed: {
    happened: 'The request is not HTTP. For example, it is TLS at the port for plain HTTP.',
    remedy: 'Use `http://`, or a proxy for TLS.',
    isPublic: true,
  },
  request_timeout: {
    happened: 'The request did not arrive within 10 seconds.',
    remedy: 'The client is slow, or hostile.',
    isPublic: true,
  },
  watchers_full: {
    happened: '20 live traces are open already (`dev` only).',
    remedy: 'Close one.',
    isPublic: true,
  },
} as const

export const ownReasons = {
  database_unavailable: {
    happened: 'The database did not respond; the response was 503.',
    remedy: 'See `cause` in the log.',
  },
  database_busy: {
    happened: 'More queries wait for a connection to the database than the pool allows; the response was 503.',
    remedy:
      'The client tries again. If it happens often: more connections (`DATABASE_POOL_SIZE`), if the database has room for them, or a faster database.',
  },
  server_overloaded: {
    happened:
      'Too many requests were in progress: more than 500 checks of tokens, or more than 500 others besides logins. Or others had waited for two seconds for their turn. The response was 503. It is not recorded.',
    remedy: 'The client tries again. If it happens often: more processes, or a faster database.',
  },
  server_closing: {
    happened: 'The server is closing, or closed; the response was 503. It is not recorded.',
    remedy: 'Send requests to it only until it is closed.',
  },
  claims_hook_failed: {
    happened:
      'The function `claims` of the options threw, took longer than 3 seconds, or returned what a token cannot have; the response was 500.',
    remedy: 'Correct the function. `err` in the log says what happened.',
  },
  internal_error: {
    happened: 'The server has a bug; the response was 500.',
    remedy: 'Report it, with `err` from the log.',
  },
} as const
