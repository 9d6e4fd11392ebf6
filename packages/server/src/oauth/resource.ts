/** Which resource servers a token is for (RFC 8707). So far there is one: this server itself. */
import type { Config } from '../options.ts'
import { OAuthError } from './errors.ts'
import type { Form } from './form.ts'

/** RFC 8707 §2: a resource that is malformed or unknown is refused. @throws OAuthError `invalid_target` */
export function requireKnownResources(config: Config, form: Form): void {
  if (form.getAll('resource').every((resource) => resource === config.issuer)) return
  throw new OAuthError('invalid_target', 'the requested resource is unknown', {
    reason: 'resource_unknown',
    expected: config.issuer,
  })
}
