/** The addresses of the guide as ports of loopback, and the network between them, which can be cut. */
import assert from 'node:assert/strict'
import { type BreakableProxy, breakableProxy } from '../../../packages/server/test/support/breakable-proxy.ts'
import type { Scope } from '../../../packages/server/test/support/scope.ts'
import { freePort } from '../free-port.ts'
import type { Place } from './guide.ts'

export type Machine = 'pg1' | 'pg2' | 'vote'

export const addressOf: Readonly<Record<Machine, string>> = { pg1: '10.0.0.11', pg2: '10.0.0.12', vote: '10.0.0.13' }

export interface Network {
  /** The port of loopback where a server listens, such as `etcd` of `vote`. */
  readonly port: (machine: Machine, server: keyof typeof serverPorts) => number
  /** Where haproxy listens. */
  readonly haproxyPort: number
  /** For the configuration of what runs on that machine; `undefined`: on one of Countersign's. */
  readonly placeOn: (machine: Machine | undefined) => Place
  /** Whether there is something to cut between the machines. */
  readonly canBeCut: boolean
  /** Nothing that this PostgreSQL sends arrives any more, nor what is sent to it; or only nothing at etcd. */
  readonly cut: (machine: Machine, from: 'all' | 'etcd') => void
  readonly mend: () => Promise<void>
}

export const serverPorts = { postgres: 5432, patroni: 8008, etcd: 2379, etcdPeers: 2380 } as const

const haproxyAddress = '127.0.0.1:5432'

/** Proxies between the machines only when it `canBeCut`: they take processor time. */
export async function createNetwork(scope: Scope, canBeCut: boolean): Promise<Network> {
  const ports = new Map<string, number>()
  const addresses = Object.values(addressOf).flatMap((host) =>
    Object.values(serverPorts).map((port) => `${host}:${port}`),
  )
  for (const address of [haproxyAddress, ...addresses]) ports.set(address, await freePort())
  /** By the address, and for etcd by who connects to it as well. */
  const proxies = new Map<string, BreakableProxy>()
  const portOf = (address: string): number => ports.get(address) ?? assert.fail(address)
  const isEtcd = (address: string): boolean => address.endsWith(`:${serverPorts.etcd}`)
  const proxyName = (address: string, from: Machine | undefined): string =>
    isEtcd(address) ? `${from} to ${address}` : address

  async function addProxy(address: string, from: Machine): Promise<void> {
    const proxy = await breakableProxy({ host: '127.0.0.1', port: portOf(address) })
    scope.after(proxy.close)
    proxies.set(proxyName(address, from), proxy)
  }

  if (canBeCut) {
    for (const machine of ['pg1', 'pg2'] as const) {
      await addProxy(`${addressOf[machine]}:${serverPorts.postgres}`, machine)
      await addProxy(`${addressOf[machine]}:${serverPorts.patroni}`, machine)
      for (const address of Object.values(addressOf)) await addProxy(`${address}:${serverPorts.etcd}`, machine)
    }
  }

  return {
    port: (machine, server) => portOf(`${addressOf[machine]}:${serverPorts[server]}`),
    haproxyPort: portOf(haproxyAddress),
    placeOn: (machine) => (address, listens) => {
      const proxy = listens ? undefined : proxies.get(proxyName(address, machine))
      return `127.0.0.1:${proxy?.port ?? portOf(address)}`
    },
    canBeCut,
    cut: (machine, from) => {
      for (const [name, proxy] of proxies) {
        const isItsOwn = name.startsWith(`${machine} to `) || (from === 'all' && name.startsWith(addressOf[machine]))
        if (isItsOwn) proxy.silence()
      }
    },
    mend: async () => {
      await Promise.all([...proxies.values()].map((proxy) => proxy.restore()))
    },
  }
}
