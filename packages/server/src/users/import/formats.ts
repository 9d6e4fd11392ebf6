/** The table of the formats of an import. */
import type { Format } from './format.ts'
import type { FormatName } from './format-names.ts'
import { aspnet } from './formats/aspnet.ts'
import { authJs } from './formats/auth-js.ts'
import { auth0 } from './formats/auth0.ts'
import { betterAuth } from './formats/better-auth.ts'
import { cognito } from './formats/cognito.ts'
import { devise } from './formats/devise.ts'
import { django } from './formats/django.ts'
import { firebase } from './formats/firebase.ts'
import { keycloak } from './formats/keycloak.ts'
import { laravel } from './formats/laravel.ts'
import { ldif } from './formats/ldif.ts'
import { okta } from './formats/okta.ts'
import { plain } from './formats/plain.ts'
import { supabase } from './formats/supabase.ts'
import { wordpress } from './formats/wordpress.ts'

export const formats: Readonly<Record<FormatName, Format>> = {
  auth0,
  keycloak,
  firebase,
  supabase,
  django,
  'better-auth': betterAuth,
  'auth.js': authJs,
  laravel,
  devise,
  wordpress,
  ldif,
  okta,
  cognito,
  aspnet,
  plain,
}
