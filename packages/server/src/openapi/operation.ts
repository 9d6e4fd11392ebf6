/** The description of a route in the OpenAPI document. */
import type { SchemaName } from './schemas.ts'

export interface Operation {
  /** The heading that the route is listed under. */
  readonly tag: 'Log in' | 'Resources' | 'Tokens' | 'Discovery' | 'Health' | 'Pages'
  readonly summary: string
  readonly description: string
  /** The scopes that the token needs; without it, the route needs no token. */
  readonly scopes?: readonly string[]
  /** The schema whose properties are parameters in the query. */
  readonly query?: SchemaName
  /** The schema of the request's form. */
  readonly form?: SchemaName
  /** The response when the request is accepted. */
  readonly success: Success
  /** Another response that has a form of its own. */
  readonly otherwise?: Success
  /** Further rejections, with what they mean. */
  readonly failures?: Readonly<Record<number, string>>
}

export interface Success {
  readonly status: number
  readonly description: string
  readonly mediaType?: string
  readonly schema?: SchemaName
}

export function jsonOf(schema: SchemaName): Success {
  return { status: 200, description: 'Success', mediaType: 'application/json', schema }
}

export function pageOf(description: string): Success {
  return { status: 200, description, mediaType: 'text/html' }
}

export function redirectTo(description: string): Success {
  return { status: 303, description }
}
