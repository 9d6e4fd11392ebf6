/** The option `attributes`: claims about users that the deployment defines. */
import { z } from 'zod'
import { type AttributeDeclarations, attributeTypes } from '../domain/attribute.ts'
import { standardClaims } from '../domain/claims.ts'
import { reservedClaims } from '../domain/claims-hook.ts'
import { knownScopes, type Scopes } from '../domain/scope.ts'
import { didYouMean } from './did-you-mean.ts'

const shape = 'must have a scope and a type for each attribute'

export const attributesSchema: z.ZodType<AttributeDeclarations> = z.record(
  z.string(),
  z.strictObject(
    {
      scope: z.string(shape),
      type: z.enum(attributeTypes, `must have one of ${attributeTypes.join(', ')} as type`),
    },
    shape,
  ),
  'must be an object of attributes',
)

/** The members of a declaration. */
export const attributeNames: readonly string[] = ['scope', 'type']

/** What is wrong with them in a deployment with these scopes of its own, as the words that follow the option. */
export function attributesProblem(attributes: AttributeDeclarations, scopes: Scopes): string | undefined {
  const known = knownScopes(scopes)
  for (const [name, { scope }] of Object.entries(attributes)) {
    if (!/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(name)) {
      return 'must have names of 1 to 100 visible ASCII characters, without quotes and backslashes'
    }
    if (reservedClaims.includes(name)) return `has ${name}, which the protocol defines: choose another name`
    if (standardClaims.includes(name)) return `has ${name}, which is a claim already: choose another name`
    if (!known.includes(scope)) {
      return `has ${name} with the scope ${JSON.stringify(scope)}, which is not a scope of this deployment${didYouMean(scope, known)}`
    }
  }
  return undefined
}
