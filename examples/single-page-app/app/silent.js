/** Runs in the hidden frame: hands the answer to the app around it. */
new oidc.UserManager({}).signinSilentCallback()
