/** Requests whose end two programs may see at different places, so that one takes what follows for the body and the other for the next request. */

export const host = 'host: x\r\n'
export const login = 'username=tim&password=tim1234'
export const post = `POST /token HTTP/1.1\r\n${host}content-type: application/x-www-form-urlencoded\r\n`
export const emptyChunks = '0\r\n\r\n'

/** Each must be rejected, and the connection closed (RFC 9112 §6.3, §7.1). */
export const smuggling: readonly (readonly [title: string, bytes: string])[] = [
  [
    'Q4 Content-Length beside Transfer-Encoding',
    `${post}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n${emptyChunks}`,
  ],
  [
    'Q4 Transfer-Encoding beside Content-Length',
    `${post}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n${emptyChunks}`,
  ],
  ['Q4 two equal Content-Length', `${post}content-length: 29\r\ncontent-length: 29\r\n\r\n${login}`],
  ['Q4 two different Content-Length', `${post}content-length: 29\r\ncontent-length: 5\r\n\r\n${login}`],
  ['Q4 a list of Content-Length', `${post}content-length: 29, 29\r\n\r\n${login}`],
  ['Q4 Content-Length +29', `${post}content-length: +29\r\n\r\n${login}`],
  ['Q4 Content-Length -1', `${post}content-length: -1\r\n\r\n${login}`],
  ['Q4 Content-Length 0x1d', `${post}content-length: 0x1d\r\n\r\n${login}`],
  ['Q4 Content-Length beyond any integer', `${post}content-length: 99999999999999999999999\r\n\r\n${login}`],
  ['Q4 Transfer-Encoding xchunked', `${post}transfer-encoding: xchunked\r\n\r\n${emptyChunks}`],
  ['Q4 Transfer-Encoding chunked, identity', `${post}transfer-encoding: chunked, identity\r\n\r\n${emptyChunks}`],
  ['Q4 Transfer-Encoding identity', `${post}transfer-encoding: identity\r\n\r\n${login}`],
  ['Q4 Transfer-Encoding gzip, chunked', `${post}transfer-encoding: gzip, chunked\r\n\r\n${emptyChunks}`],
  ['Q4 two Transfer-Encoding', `${post}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n${emptyChunks}`],
  ['Q4 a space before the colon', `${post}transfer-encoding : chunked\r\n\r\n${emptyChunks}`],
  ['Q4 bare LF', `GET /healthz HTTP/1.1\n${host}\n`],
  ['Q4 bare LF within the headers', `GET /healthz HTTP/1.1\r\nhost: x\nx: y\r\n\r\n`],
  ['Q4 bare CR', `GET /healthz HTTP/1.1\r\nhost: x\rx: y\r\n\r\n`],
  ['Q4 a folded header', `GET /healthz HTTP/1.1\r\n${host}x: y\r\n z\r\n\r\n`],
  ['Q4 a header without a name', `GET /healthz HTTP/1.1\r\n${host}: y\r\n\r\n`],
  ['Q4 a NUL in a header', `GET /healthz HTTP/1.1\r\n${host}x: \0\r\n\r\n`],
  [
    'Q4 a chunk extension with a line break in quotes',
    `${post}transfer-encoding: chunked\r\n\r\n5;a="\r\n"\r\nabcde\r\n${emptyChunks}`,
  ],
  ['Q4 a chunk that ends in LF', `${post}transfer-encoding: chunked\r\n\r\n5\nabcde\n0\n\n`],
  ['Q4 a chunk that is longer than its size', `${post}transfer-encoding: chunked\r\n\r\n2\r\nabcde\r\n${emptyChunks}`],
  ['Q4 a chunk size beyond any integer', `${post}transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n`],
  [
    'Q4 HTTP/1.0 with Transfer-Encoding',
    `${post.replace('/1.1', '/1.0')}transfer-encoding: chunked\r\n\r\n${emptyChunks}`,
  ],
  ['Q4 HTTP/1.2', `GET /healthz HTTP/1.2\r\n${host}\r\n`],
]
