/** Why single sign-on brought nobody in, by the code its answer left in the address. */
const WORDS: Record<string, { message: string; mend: string }> = {
  access_denied: {
    message: 'The provider did not let you in',
    mend: 'Ask whoever administers it to give you this application.',
  },
  sign_in_expired: {
    message: 'It took too long, or was begun in another tab',
    mend: 'Begin again.',
  },
  no_grant: {
    message: 'Nothing here is granted to your groups',
    mend: 'Ask whoever administers Plumbline to name one of them in the estate.',
  },
  person_disabled: {
    message: 'You are kept out of Plumbline',
    mend: 'Ask whoever administers it.',
  },
  provider_unreachable: {
    message: 'The provider of single sign-on does not answer',
    mend: 'Try again in a minute; the log of Plumbline has the cause.',
  },
}

/** What a code means; one that is not here is shown as it is. */
export const failedWords = (code: string): { message: string; mend: string } =>
  WORDS[code] ?? {
    message: `Single sign-on did not work (${code.slice(0, 60)})`,
    mend: 'Begin again; the log of Plumbline has the cause.',
  }
