/** Checks what an adapter is given when it is made: the error of a request would name neither the mistake nor the fix. */
import { failOperation } from '../domain/operation-error.ts'
import type { Countersign } from '../handle/countersign.ts'
import { requireOptions } from '../handle/require-options.ts'

const members: readonly (keyof Countersign)[] = ['owns', 'fetch', 'serveNode']

/** A promise of the handle is the usual mistake. @throws OperationError `invalid` */
export function requireHandle(countersign: Countersign): void {
  const isObject = typeof countersign === 'object' && countersign !== null
  if (isObject && members.every((member) => typeof countersign[member] === 'function')) return
  failOperation('countersign', 'must be what createCountersign resolves to: write await createCountersign(...)')
}

/** @throws OperationError `invalid` */
export function requireAddressOption(options: { readonly address?: unknown }): void {
  requireOptions(options, ['address'])
  if (options.address !== undefined) requireFunction('address', options.address)
}

/** @throws OperationError `invalid` */
export function requireFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') failOperation(name, 'must be a function')
}
