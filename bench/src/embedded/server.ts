/** Countersign in memory with a service, served as the argument says: by `listen`, or inside of Hono or Express. Prints its URL. */
import { serve } from '@hono/node-server'
import { createCountersign } from 'countersign'
import { authorizationServer as inExpress } from 'countersign/express'
import { authorizationServer as inHono } from 'countersign/hono'
import express from 'express'
import { Hono } from 'hono'
import { service } from './service.ts'

const silent = { info: () => {}, warn: () => {}, error: () => {} }
const countersign = await createCountersign(
  {
    secretKey: 'a secret of the benchmark, long enough for anyone',
    databaseUrl: 'sqlite::memory:',
    clients: [service],
  },
  { log: silent },
)

const ways: Readonly<Record<string, () => Promise<number>>> = {
  listen: async () => (await countersign.listen({ port: 0 })).port,
  hono: () =>
    new Promise((resolve) => {
      const app = new Hono().use(inHono(countersign))
      serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port))
    }),
  express: () =>
    new Promise((resolve) => {
      const app = express().disable('x-powered-by').use(inExpress(countersign))
      const server = app.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    }),
}

const [, , way = 'listen'] = process.argv
const start = ways[way]
if (!start) throw new TypeError(`choose from: ${Object.keys(ways).join(', ')}`)
process.stdout.write(`http://127.0.0.1:${await start()}\n`)
