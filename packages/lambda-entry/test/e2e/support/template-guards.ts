/**
 * What AWS's Redshift templates look at before they work on a secret, as a table, so that what keyturn leaves
 * behind can be held against it. Source: aws-samples/aws-secrets-manager-rotation-lambdas, commit b4b8eca.
 */

export type Fields = Readonly<Record<string, unknown>>;

/** A secret as the templates see it at one moment. */
export interface TemplateView {
  readonly rotationEnabled: boolean | undefined;
  /** The labels of the version that the token names. */
  readonly tokenLabels: readonly string[];
  readonly current: Fields;
  readonly pending?: Fields | undefined;
  readonly previous?: Fields | undefined;
  /** What `masterarn` leads to. */
  readonly superuser?: Fields | undefined;
}

export interface TemplateGuard {
  readonly guard: string;
  readonly of: readonly ('single user' | 'alternating users')[];
  holds(view: TemplateView): boolean;
}

const BOTH = ['single user', 'alternating users'] as const;
const ALTERNATING = ['alternating users'] as const;
const SINGLE = ['single user'] as const;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const stored = ({ current, pending, previous }: TemplateView): readonly Fields[] =>
  [current, pending, previous].filter((fields) => fields !== undefined);

/** `_clone` is put on, or taken off where it is there. */
const alternateOf = ({ username }: Fields): string =>
  String(username).endsWith('_clone')
    ? String(username).slice(0, -'_clone'.length)
    : `${String(username)}_clone`;

export const TEMPLATE_GUARDS: readonly TemplateGuard[] = [
  {
    guard: 'rotation is turned on',
    of: BOTH,
    holds: ({ rotationEnabled }) => rotationEnabled !== false,
  },
  {
    guard: 'the token is AWSPENDING, or AWSCURRENT already',
    of: BOTH,
    holds: ({ tokenLabels }) =>
      tokenLabels.includes('AWSPENDING') || tokenLabels.includes('AWSCURRENT'),
  },
  {
    guard: 'every stored value has engine, host, username and password',
    of: BOTH,
    holds: (view) =>
      stored(view).every((fields) =>
        ['engine', 'host', 'username', 'password'].every((key) => isText(fields[key])),
      ),
  },
  {
    guard: 'every engine is redshift',
    of: BOTH,
    holds: (view) => stored(view).every(({ engine }) => engine === 'redshift'),
  },
  {
    guard: 'ports, where there are any, are numbers or digits',
    of: BOTH,
    holds: (view) =>
      stored(view).every(({ port }) => port === undefined || /^\d+$/.test(String(port))),
  },
  {
    guard: 'current names its superuser secret',
    of: ALTERNATING,
    holds: ({ current }) => isText(current['masterarn']),
  },
  {
    guard: 'pending names the very host of current, letter by letter',
    of: BOTH,
    holds: ({ current, pending }) => pending === undefined || pending['host'] === current['host'],
  },
  {
    guard: 'the superuser secret names the very host of current',
    of: ALTERNATING,
    holds: ({ current, superuser }) => superuser?.['host'] === current['host'],
  },
  {
    guard: 'pending names the user of current',
    of: SINGLE,
    holds: ({ current, pending }) =>
      pending === undefined || pending['username'] === current['username'],
  },
  {
    guard: 'previous names the user and the host of current',
    of: SINGLE,
    holds: ({ current, previous }) =>
      previous === undefined ||
      (previous['username'] === current['username'] && previous['host'] === current['host']),
  },
  {
    guard: 'pending names the alternate user of current',
    of: ALTERNATING,
    holds: ({ current, pending }) =>
      pending === undefined || pending['username'] === alternateOf(current),
  },
];
