import { isIP } from 'node:net'
import nodemailer from 'nodemailer'
import { describeError } from '../../server/core/errors.ts'
import type { Answer, Limits } from './outgoing.ts'
import { type Resolve, resolveHost } from './outgoing-addresses.ts'

/** An e-mail as it goes out; `thread` is the message that mail programs put it below. */
export type Mail = {
  from: string
  to: string[]
  subject: string
  text: string
  html: string
  messageId: string
  thread: string
  date: Date
}
export type MailServer = {
  host: string
  port: number
  tls: 'starttls' | 'tls' | 'none'
  user: string | undefined
  password: string | undefined
}

/** Hands an e-mail to a server; its answer is the server's, by its SMTP code. */
export async function sendMail(
  mail: Mail,
  server: MailServer,
  limits: Limits,
  signal: AbortSignal,
  resolve?: Resolve,
): Promise<Answer> {
  try {
    const [address] = await resolveHost(server.host, limits.allow_private, resolve)
    const transport = nodemailer.createTransport({
      // the address that was judged; the name is still the one that its certificate must have
      host: address?.address as string,
      port: server.port,
      secure: server.tls === 'tls',
      requireTLS: server.tls === 'starttls',
      ignoreTLS: server.tls === 'none',
      ...(isIP(server.host) === 0 ? { tls: { servername: server.host } } : {}),
      ...(server.user ? { auth: { user: server.user, pass: server.password ?? '' } } : {}),
      connectionTimeout: limits.timeout,
      greetingTimeout: limits.timeout,
      socketTimeout: limits.timeout,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    const close = () => transport.close()
    signal.addEventListener('abort', close, { once: true })
    try {
      const sent = await within(
        limits.timeout,
        transport.sendMail({
          from: mail.from,
          to: mail.to,
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          messageId: mail.messageId,
          date: mail.date,
          references: [mail.thread],
          inReplyTo: mail.thread,
          headers: { 'Auto-Submitted': 'auto-generated' },
        }),
      )
      const refused = (sent.rejected ?? []).map(String)
      return {
        status: Number(/^\d{3}/.exec(sent.response)?.[0] ?? 250),
        text: refused.length > 0 ? `${sent.response}; refused for ${refused.join(', ')}` : sent.response,
        retryAfter: '',
        error: '',
      }
    } finally {
      signal.removeEventListener('abort', close)
      transport.close()
    }
  } catch (error) {
    if (signal.aborted) throw error
    const { responseCode, response } = error as { responseCode?: number; response?: string }
    return { status: responseCode ?? 0, text: response ?? '', retryAfter: '', error: describeError(error) }
  }
}

async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
