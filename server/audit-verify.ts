import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { type AuditEntry, createVerifier } from './access/audit-chain.ts'
import { PlumblineError } from './core/errors.ts'

/**
 * Verifies an export of the audit trail, and says what does not fit. Nothing but the file is needed: neither the store
 * nor the process that wrote it.
 * @returns whether the trail is whole
 * @throws PlumblineError `audit_unreadable` for a file that is none
 */
export async function verifyAudit(path: string | undefined): Promise<boolean> {
  if (!path)
    throw new PlumblineError('usage', 'audit-verify needs the path of an export of the audit trail', {
      mend: 'Take one from /api/audit/export.',
    })
  const verifier = createVerifier({ isWhole: true })
  let line = 0
  try {
    for await (const text of createInterface({ input: createReadStream(path, 'utf8') })) {
      line++
      if (text.trim() !== '') verifier.take(JSON.parse(text) as AuditEntry)
    }
  } catch (error) {
    throw new PlumblineError('audit_unreadable', `${path}, line ${line}: ${(error as Error).message}`, {
      mend: 'Expected a line of JSON for each entry, as /api/audit/export writes them.',
    })
  }
  const { entries, chains, redacted, faults } = verifier.finish()
  for (const { chain, seq, at, message } of faults)
    process.stdout.write(`Entry ${seq} of chain "${chain}" (${at}) ${message}.\n`)
  process.stdout.write(
    faults.length === 0
      ? `${path} is whole: ${entries} entries in ${chains} chains${redacted > 0 ? `, ${redacted} masked on request` : ''}.\n`
      : `${path} is not whole: ${faults.length} faults in ${entries} entries.\n`,
  )
  return faults.length === 0
}
