/** What a grant is to the token endpoint (RFC 6749 §1.3, §4). */
import type { Context } from '../context.ts'
import type { AuthenticatedClient } from '../oauth/authenticate-client.ts'
import type { Form } from '../oauth/form.ts'
import type { Request } from '../request.ts'
import type { TokenResponse } from '../tokens/token-response.ts'

export interface Grant {
  /** The `grant_type` that names it. */
  readonly type: string
  /**
   * Owns only what is this grant's own: form, client authentication and permission came before. `resources` are those that
   * the request asks for, as registered (RFC 8707 §2.2).
   */
  readonly exchange: (
    ctx: Context,
    client: AuthenticatedClient,
    form: Form,
    request: Request,
    resources: readonly string[],
  ) => Promise<TokenResponse>
}
