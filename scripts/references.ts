/** Writes the pages of docs that are made from tables of the server: npm run docs */
import { writeFileSync } from 'node:fs'
import { errorsReferenceFile, errorsReferenceText } from './errors-reference.ts'
import { knownSoftwareFile, knownSoftwareText } from './known-software.ts'
import { passwordHashesFile, passwordHashesText } from './password-hashes-reference.ts'

writeFileSync(errorsReferenceFile, errorsReferenceText())
writeFileSync(passwordHashesFile, passwordHashesText())
writeFileSync(knownSoftwareFile, knownSoftwareText())
