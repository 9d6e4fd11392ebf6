/** A grant type, as the token endpoint sees it (RFC 6749 §1.3, §4). */
import type { Context } from '../context.ts'
import type { AuthenticatedClient } from '../oauth/authenticate-client.ts'
import type { Form } from '../oauth/form.ts'
import type { Request } from '../request.ts'
import type { TokenResponse } from '../tokens/token-response.ts'

export interface GrantHandler {
  /** Its `grant_type`. */
  readonly type: string
  /** Whether it checks a password, as logins do. @default false */
  readonly isLogin?: boolean
  /**
   * Does only what is specific to this grant type: the token endpoint has read the form, authenticated the client and checked that
   * it may use the grant type. `resources` are the requested ones, as configured (RFC 8707 §2.2).
   */
  readonly exchange: (
    ctx: Context,
    client: AuthenticatedClient,
    form: Form,
    request: Request,
    resources: readonly string[],
  ) => Promise<TokenResponse>
}
