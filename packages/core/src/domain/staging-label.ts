/**
 * The staging labels that Secrets Manager itself moves. A version can carry any number of labels, of which
 * users may invent more; keyturn only ever looks at these three.
 */
export const AWSCURRENT = 'AWSCURRENT';
/** The version a rotation is working on. */
export const AWSPENDING = 'AWSPENDING';
/** The version that was current before the last promotion. */
export const AWSPREVIOUS = 'AWSPREVIOUS';
