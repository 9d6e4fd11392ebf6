/** What a grant is to the token endpoint (RFC 6749 §1.3, §4). */
import type { Context } from '../context.ts'
import type { AuthenticatedClient } from '../oauth/client-auth.ts'
import type { Form } from '../oauth/form.ts'
import type { Request } from '../request.ts'

/** RFC 6749 §5.1. The tutorial's two members come first. */
export interface TokenResponse {
  readonly access_token: string
  readonly token_type: 'bearer'
  /** Seconds. */
  readonly expires_in: number
  readonly scope: string
  readonly refresh_token?: string
  /** OIDC Core §3.1.3.3. */
  readonly id_token?: string
}

export interface Grant {
  /** The `grant_type` that names it. */
  readonly type: string
  /** Owns only what is this grant's own: form, client authentication and permission came before. */
  readonly exchange: (ctx: Context, client: AuthenticatedClient, form: Form, request: Request) => Promise<TokenResponse>
}
