/** Checks an object of options that an operation takes, so that neither another value nor a misspelt name is ignored. */
import { didYouMean } from '../config/did-you-mean.ts'
import { failOperation } from '../domain/operation-error.ts'
import { isPlainObject } from '../domain/plain-object.ts'

/** Reports a problem: `message` follows the field in a sentence. */
export type Fail = (field: string, message: string) => never

/** `fail` throws the error of the operation. @default OperationError */
export function requireOptions(value: object, names: readonly string[], fail: Fail = failOperation): void {
  if (!isPlainObject(value)) fail('options', 'must be an object')
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) fail(name, `is not an option${didYouMean(name, names)}`)
  }
}
