/** Why single sign-on brought nobody in, by the code its answer left in the address. */
const WORDS: Record<string, { message: string; mend: string }> = {
  sign_in_away: {
    message: 'The provider of single sign-on does not answer',
    mend: 'Try again in a minute; the log of Plumbline has the cause.',
  },
  sign_in_failed: {
    message: 'The provider did not let you in, or its answer was not for this browser',
    mend: 'Begin again; whoever administers the provider sees why it refuses.',
  },
  sign_in_lost: {
    message: 'It took too long, or was begun in another browser',
    mend: 'Begin again.',
  },
  no_group: {
    message: 'Nothing here is granted to your groups',
    mend: 'Ask whoever administers Plumbline to name one of them in the estate.',
  },
  person_disabled: {
    message: 'You are kept out of Plumbline',
    mend: 'Ask whoever administers it.',
  },
}

/** What a code means; one that is not here is shown as it is. */
export const failedWords = (code: string): { message: string; mend: string } =>
  WORDS[code] ?? {
    message: `Single sign-on did not work (${code.slice(0, 60)})`,
    mend: 'Begin again; the log of Plumbline has the cause.',
  }
