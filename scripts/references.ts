/** Writes the pages of docs/reference that are made from tables of the server: npm run docs */
import { writeFileSync } from 'node:fs'
import { errorsReferenceFile, errorsReferenceText } from './errors-reference.ts'
import { passwordHashesFile, passwordHashesText } from './password-hashes-reference.ts'

writeFileSync(errorsReferenceFile, errorsReferenceText())
writeFileSync(passwordHashesFile, passwordHashesText())
