/** What a command-line program needs beside the client itself: a login without a website, and a file for the tokens. */

export { type BrowserLoginOptions, logInWithBrowser } from './browser-login.ts'
export { configFolder, defaultTokenFile } from './config-folder.ts'
export { type DeviceLoginOptions, logInWithDevice } from './device-login.ts'
export { fileStorage } from './file-storage.ts'
export { logIn } from './login.ts'
