// What `npm run security` tries, by number: the promise, and what is done to break it.

/** @type {{ number: number, promise: string, tried: string }[]} */
export const numbers = [
  {
    number: 1,
    promise: 'Sessions with rights resolve names in the system catalogs alone',
    tried:
      'Operators, functions and views with the names that the statements use are put into every schema that a search ' +
      'path may reach, for the statements of both dialects. None of them may run as the superuser.',
  },
  {
    number: 2,
    promise: 'No command for operators hands over another account',
    tried:
      'AWSCURRENT is rewritten to name the user of somebody else, once or in a flood of versions, and every path that ' +
      'acts for an operator is taken. ' +
      'The password of that user must stay as it is.',
  },
  {
    number: 3,
    promise: 'A stored credential is presented only to the server that it was stored for',
    tried:
      'Addresses and the superuser secret that a value names are changed between and within steps, by somebody who may ' +
      'write the secret. No credential may reach the server that the writer chose.',
  },
  {
    number: 4,
    promise: 'A hostile server stalls nobody but itself',
    tried:
      'A server repeats, reorders, enlarges and withholds the messages of authentication. The connection must end with ' +
      'a typed error, and rotations of other secrets must go on.',
  },
  {
    number: 5,
    promise: 'What a server sends is bounded',
    tried:
      'A server sends messages, results and error texts without end. The connection must be destroyed at the limit, and ' +
      'error texts must be cut.',
  },
  {
    number: 6,
    promise: 'No secret value stands in any text, and redaction stays linear',
    tried:
      'Every form of a secret, in any letter case, and the fragments that parsers quote, are put into texts of servers, ' +
      'drivers, the service and functions. None may come through, however short the secret or long the text.',
  },
  {
    number: 7,
    promise: 'Refused input changes nothing',
    tried:
      'First rotations meet every obstacle that is found late: owned objects, unreadable views, policies. No user may ' +
      'be left behind, and the next rotation must succeed once the obstacle is gone.',
  },
  {
    number: 8,
    promise: 'Depth is refused before anything is written',
    tried:
      'Values are nested thousands of levels in every place that foreign data comes in. Each must be refused with a ' +
      'typed error, and nothing may overflow the stack.',
  },
  {
    number: 9,
    promise: 'Foreign text cannot change what a person sees',
    tried:
      'Terminal escapes, bidirectional controls, line breaks and spaces that fill lines are put into every foreign text ' +
      'that is printed for people. Each must be visible, and what goes on with a line must not look like one of our own.',
  },
  {
    number: 10,
    promise: 'The local Secrets Manager answers only its own hosts',
    tried:
      'Requests with foreign Host and Origin headers are sent to the service and to its control plane. All must be refused.',
  },
  {
    number: 11,
    promise: 'Nobody else can stop a rotation',
    tried:
      'Other users grant, lock and own things that a rotation meets. It must go on and report what it did not compare, ' +
      'and its log lines must stay bounded.',
  },
  {
    number: 12,
    promise: 'Files are created exclusively and never through links',
    tried:
      'Links, files of others and folders stand where state, journals, drafts and reports are written. They must keep ' +
      'content and mode.',
  },
  {
    number: 13,
    promise: 'What is shipped is complete, licensed and pinned, and memories are bounded',
    tried:
      'Bundles with packages that lack a license text, maps without sources, unpinned actions, a changed package ' +
      'manager, and more hosts, ports, regions and secrets than any memory keeps.',
  },
];
