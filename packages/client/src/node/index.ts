/** What a program of the command line needs beside the client itself: a login without a website, and a file for the tokens. */
export { configFolder, defaultTokenFile } from './config-folder.ts'
export { fileStorage } from './file-storage.ts'
export { logIn } from './log-in.ts'
export { type BrowserLoginOptions, logInWithBrowser } from './log-in-with-browser.ts'
export { type DeviceLoginOptions, logInWithDevice } from './log-in-with-device.ts'
