/** Attributes: claims about users that a deployment defines, each with the scope that releases it. */

/** The types, in the words of JSON Schema. */
export const attributeTypes = ['string', 'number', 'boolean', 'array', 'object'] as const

export type AttributeType = (typeof attributeTypes)[number]

export interface AttributeDeclaration {
  /** The scope that releases the attribute, standard or the deployment's own. */
  readonly scope: string
  readonly type: AttributeType
}

/** By the names of the claims. */
export type AttributeDeclarations = Readonly<Record<string, AttributeDeclaration>>

/** A user's values, by name. */
export type Attributes = Readonly<Record<string, unknown>>

/** Whether a value of JSON has the type. */
export function hasType(value: unknown, type: AttributeType): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type && (type !== 'number' || Number.isFinite(value))
}
