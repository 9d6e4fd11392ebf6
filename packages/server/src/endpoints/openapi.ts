/** GET /openapi.json: OpenAPI 3.1, derived from the route table. */
import type { Config } from '../config/options.ts'
import { version } from '../config/version.ts'
import { inEnglish } from '../domain/translated.ts'
import { grantsOf } from '../grants/index.ts'
import type { Operation, Success } from '../openapi/operation.ts'
import { operationOf } from '../openapi/operations.ts'
import { type SchemaName, schemasFor } from '../openapi/schemas.ts'
import { json, type Reply } from '../reply.ts'

interface DescribedRoute {
  readonly method: string
  readonly path: string
  readonly errors?: 'json' | 'page'
}

const scheme = 'OAuth2PasswordBearer'

export function openapi(config: Config, routes: readonly DescribedRoute[]): Reply {
  const schemas = schemasFor([...grantsOf(config).keys()])
  const paths: Record<string, Record<string, object>> = {}
  for (const { method, path, errors } of routes) {
    const operation = operationOf(method, path)
    if (operation) paths[path] = { ...paths[path], [method.toLowerCase()]: describe(operation, schemas, errors) }
  }
  return json({
    openapi: '3.1.0',
    info: {
      title: 'Countersign',
      version,
      description: 'Log in with username and password, get a token, use it.',
    },
    // Without `servers`, the paths would begin at the root of the host.
    ...(config.basePath !== '' && { servers: [{ url: config.basePath }] }),
    paths,
    components: { schemas, securitySchemes: { [scheme]: securityScheme(config) } },
  })
}

/** The tokenUrl is relative, so that it works behind any proxy. Without the password grant, the user enters a token. */
function securityScheme(config: Config): object {
  if (!grantsOf(config).has('password')) return { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }
  const scopes = Object.fromEntries(Object.entries(config.scopes).map(([name, text]) => [name, inEnglish(text)]))
  return { type: 'oauth2', flows: { password: { tokenUrl: 'token', scopes } } }
}

type Schemas = ReturnType<typeof schemasFor>
type Failure = readonly [status: string | number, description: string]

const formFailures: readonly Failure[] = [[400, 'The request is invalid']]
const tokenFailures: readonly Failure[] = [
  [401, 'Not authenticated'],
  [403, 'The token lacks a scope'],
]

function describe(operation: Operation, schemas: Schemas, errors: DescribedRoute['errors']): object {
  const { tag, summary, description, scopes, query, form, success, otherwise } = operation
  const failures = [
    ...(form ? formFailures : []),
    ...(scopes ? tokenFailures : []),
    ...Object.entries(operation.failures ?? {}),
  ]
  return {
    tags: [tag],
    summary,
    description,
    ...(query && { parameters: parametersOf(schemas[query]) }),
    ...(form && {
      requestBody: {
        required: schemas[form].required !== undefined,
        content: { 'application/x-www-form-urlencoded': { schema: reference(form) } },
      },
    }),
    responses: {
      [success.status]: responseOf(success),
      ...(otherwise && { [otherwise.status]: responseOf(otherwise) }),
      ...failuresOf(failures, errors),
    },
    ...(scopes && { security: [{ [scheme]: scopes }] }),
  }
}

function parametersOf({ properties = {}, required = [] }: Schemas[SchemaName]): object[] {
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }))
}

function responseOf({ description, mediaType, schema }: Success): object {
  if (mediaType === undefined) return { description }
  return { description, content: { [mediaType]: { schema: schema ? reference(schema) : { type: 'string' } } } }
}

function failuresOf(failures: readonly Failure[], errors: DescribedRoute['errors']): object {
  const content = errors === 'page' ? { 'text/html': { schema: { type: 'string' } } } : jsonFailure
  return Object.fromEntries(
    failures.map(([status, description]) => {
      // RFC 9110 §15.4.5: a 304 response has no content.
      return [status, Number(status) < 400 ? { description } : { description, content }]
    }),
  )
}

const jsonFailure = { 'application/json': { schema: reference('Failure') } }

function reference(name: SchemaName): object {
  return { $ref: `#/components/schemas/${name}` }
}
