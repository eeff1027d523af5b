import type { NextAction } from './next-action.js';

/** One row of the table that `doctor`, `repair` and `docs/runbook.md` share. */
export interface DiagnosisStateRow {
  readonly title: string;
  /** What people see: messages of the service, of AWS's templates and of keyturn, as they are printed. */
  readonly symptoms: readonly string[];
  readonly meaning: string;
  /** The one safe next action, as a person would be told. */
  readonly advice: string;
  /** The settings that the advice names, by key. */
  readonly settings?: readonly string[];
  readonly action: NextAction['kind'];
}

const NO_PROOF = 'KEYTURN_NO_PROOF_OF_OWNERSHIP';
const STUCK = "A previous rotation isn't complete. That rotation will be reattempted.";
const SINGLE =
  'setSecret: Unable to log into database with previous, current, or pending secret of secret arn <arn>';
const MULTI = 'setSecret: Unable to log into database using current credentials for secret <arn>';
const CLEAR = '`keyturn repair` takes AWSPENDING off that version. Then rotate again.';

/** Every state a secret can be found in, in the order in which they are looked for. */
export const DIAGNOSIS_STATES = {
  'access-denied': {
    title: 'An action is not allowed',
    symptoms: [
      'AccessDeniedException',
      'KEYTURN_STORE_ACCESS_DENIED',
      'KEYTURN_STORE_KEY_UNUSABLE',
    ],
    meaning: 'Secrets Manager or KMS refused a call that the diagnosis cannot do without.',
    advice: 'Allow the action that the message names to the role that runs this, and look again.',
    action: 'by-hand',
  },
  unreadable: {
    title: 'The secret cannot be read as a database credential',
    symptoms: [
      "Secrets Manager can't find the specified secret.",
      "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      'KEYTURN_INVALID_SECRET',
    ],
    meaning: 'There is no such secret, it has no AWSCURRENT value, or a field of it is not fit.',
    advice: 'Correct what the message names: a new value is stored with PutSecretValue.',
    action: 'by-hand',
  },
  managed: {
    title: 'A service manages the secret',
    symptoms: ['KEYTURN_MANAGED_SECRET'],
    meaning: 'The service that owns the secret rotates it. Only that service may write to it.',
    advice: 'Let that service rotate it.',
    action: 'by-hand',
  },
  'unreachable-dns': {
    title: "The database's name cannot be resolved",
    symptoms: ['ENOTFOUND', 'EAI_AGAIN', SINGLE],
    meaning: 'DNS does not know the host in the secret, so no credential could be tried.',
    advice: 'Correct `host`, or the resolver of the network this runs in.',
    action: 'by-hand',
  },
  'unreachable-tcp': {
    title: 'Cannot connect to the database',
    symptoms: ['ECONNREFUSED', 'EHOSTUNREACH', 'KEYTURN_DATABASE_UNREACHABLE'],
    meaning:
      'Nothing listens at host and port, or there is no route; no credential could be tried.',
    advice: 'Check `port`, that the cluster is available, and routes.',
    action: 'by-hand',
  },
  'unreachable-tls': {
    title: "The database's certificate is not trusted",
    symptoms: ['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'KEYTURN_DATABASE_TLS'],
    meaning: 'The TLS handshake failed, so no password was sent.',
    advice: 'Follow the message about the certificate; do not turn verification off.',
    action: 'by-hand',
  },
  'unreachable-timeout': {
    title: 'The database does not answer in time',
    symptoms: ['Task timed out after 30.00 seconds', 'KEYTURN_DATABASE_TIMEOUT'],
    meaning: 'Packets go nowhere: most often a security group, a subnet or a paused cluster.',
    advice: 'Open the port in both security groups, or resume the cluster.',
    action: 'by-hand',
  },
  'unreachable-refused': {
    title: 'The database refuses sign-ins, but not because of the password',
    symptoms: [
      'KEYTURN_DATABASE_REFUSED',
      'KEYTURN_DATABASE_UNKNOWN',
      'KEYTURN_DATABASE_FULL',
      'KEYTURN_DATABASE_SHA256_USER',
    ],
    meaning:
      'The server answered, but refuses every sign-in: an access rule, a wrong `dbname` or a limit.',
    advice: 'Do what the message says.',
    action: 'by-hand',
  },
  'set-not-promoted': {
    title: 'The new password is set, and AWSCURRENT has not moved',
    symptoms: [STUCK, 'password authentication failed for user'],
    meaning:
      'A rotation stopped after it had set the new password: with single user in finishSecret, with alternating users after setSecret. With single user, clients that read AWSCURRENT are locked out now.',
    advice:
      '`keyturn repair` finishes that very rotation: it tests the credential and moves AWSCURRENT.',
    action: 'resume',
  },
  'current-dead-pending-alive': {
    title: 'AWSCURRENT is dead, and the pending credential works',
    symptoms: [MULTI, STUCK, NO_PROOF],
    meaning:
      "Somebody changed the current user's password, and the other user's new one is set already.",
    advice:
      '`keyturn repair` finishes the pending rotation, which makes the working credential current.',
    action: 'resume',
  },
  'current-dead-previous-alive': {
    title: 'AWSCURRENT is dead, and AWSPREVIOUS works',
    symptoms: [SINGLE, MULTI, 'password authentication failed for user', NO_PROOF],
    meaning: 'The password that AWSCURRENT holds was never set, or was changed back.',
    advice: '`keyturn repair` moves AWSCURRENT to the version that works. Then rotate again.',
    action: 'move-current',
  },
  'current-dead-unlabelled-alive': {
    title: 'AWSCURRENT is dead, and an older version works',
    symptoms: [SINGLE, MULTI, 'password authentication failed for user', NO_PROOF],
    meaning:
      'The labels moved, but the database did not follow. An unlabelled version still signs in.',
    advice: '`keyturn repair` moves AWSCURRENT to the version that works. Then rotate again.',
    action: 'move-current',
  },
  'locked-out': {
    title: 'No stored credential signs in',
    symptoms: [SINGLE, MULTI, NO_PROOF],
    meaning: 'The password was changed outside, or the user is gone; no stored version knows it.',
    advice:
      'Store the working password with PutSecretValue. If it is unknown, `keyturn repair --use-superuser` sets the password that AWSCURRENT holds. It asks for the user name if only AWSCURRENT names the user.',
    action: 'reset-password',
  },
  stopped: {
    title: 'Nothing is tried any more',
    symptoms: [NO_PROOF, 'KEYTURN_UNRELATED_USER'],
    meaning:
      'A delivery found that no stored version signs in, and put a staging label of its own (KEYTURN_UNPROVEN, or KEYTURN_UNPROVEN_ALTERNATE) on the pending version. Wrong passwords in a row lock a user, so rotations and `keyturn doctor` try nothing.',
    advice:
      'Store the password that works with PutSecretValue, then rotate. Or set the user to the one that AWSCURRENT holds: `keyturn repair` tries it once and takes the label off; `keyturn repair --use-superuser` also sets it.',
    action: 'lift-stop',
  },
  'pending-left-behind': {
    title: 'AWSPENDING was left on an old version',
    symptoms: [STUCK],
    meaning: 'A newer version is already current, so the pending one is no longer needed.',
    advice: CLEAR,
    action: 'clear-pending',
  },
  'pending-empty': {
    title: 'The pending version has no value',
    symptoms: [
      STUCK,
      "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    ],
    meaning: 'A rotation began, and createSecret stored nothing; the database was not touched.',
    advice: CLEAR,
    action: 'clear-pending',
  },
  'pending-unfit': {
    title: 'The pending value must not be used',
    symptoms: [STUCK, 'KEYTURN_USER_MISMATCH', 'KEYTURN_TARGET_MISMATCH'],
    meaning: 'It names another user, host or database than this secret may rotate to.',
    advice: CLEAR,
    action: 'clear-pending',
  },
  'pending-not-set': {
    title: 'The pending password is stored, and not set in the database',
    symptoms: [STUCK],
    meaning: 'A rotation stopped before setSecret had changed the password. AWSCURRENT works.',
    advice: CLEAR,
    action: 'clear-pending',
  },
  'superuser-dead': {
    title: 'The superuser secret does not work',
    symptoms: [
      'setSecret: Unable to log into database using credentials in master secret <arn>',
      'KEYTURN_SUPERUSER_REFUSED',
      'KEYTURN_SUPERUSER_SECRET_UNFIT',
    ],
    meaning: 'Alternating users cannot create or change the other user without it.',
    advice: "Store the superuser's working credential in its own secret.",
    action: 'by-hand',
  },
  'alternate-missing': {
    title: 'The alternate is missing',
    symptoms: ['role "<user>_clone" does not exist', 'KEYTURN_USER_MISSING'],
    meaning: 'AWSPREVIOUS names a user that was dropped from the database. AWSCURRENT works.',
    advice: 'Rotate: it creates the user again with the permissions of the current one.',
    action: 'rotate',
  },
  'alternate-locked': {
    title: 'The alternate is locked',
    symptoms: ['KEYTURN_USER_LOCKED'],
    meaning:
      'Wrong passwords in a row, or an administrator, have locked the user that the next rotation makes current. AWSCURRENT works.',
    advice:
      "Find out who presents a wrong password. Then unlock the user with its last password: ALTER USER ... LOGIN PASSWORD '...'. A rotation unlocks it only if wrong passwords have locked it and the setting userPairs names the pair, or existingUsers is adopt.",
    settings: ['userPairs', 'existingUsers'],
    action: 'by-hand',
  },
  'alternate-unrelated': {
    title: 'The alternate does not belong to the secret',
    symptoms: ['KEYTURN_UNRELATED_USER'],
    meaning: 'A user of that name exists, and no stored version signs in as it.',
    advice:
      'If it belongs to this secret, name the pair in the setting userPairs; else use another user name.',
    settings: ['userPairs'],
    action: 'by-hand',
  },
  'objects-owned-by-alternate': {
    title: 'The alternate owns objects',
    symptoms: ['must be owner of relation', 'permission denied for relation'],
    meaning:
      'Tables that were made while the other user was current belong to it, and the current user may not change them.',
    advice:
      'Give them to a common owner: ALTER TABLE ... OWNER TO. keyturn transfers nothing silently.',
    action: 'by-hand',
  },
  'permissions-drifted': {
    title: 'The alternate lacks permissions of the current one',
    symptoms: ['permission denied for relation', 'permission denied for schema'],
    meaning: 'Permissions were granted to one user of the pair only.',
    advice: 'Rotate: it completes the permissions before it changes the password.',
    action: 'rotate',
  },
  'rotation-never-enabled': {
    title: 'Rotation was never enabled',
    symptoms: ['No Lambda rotation function ARN is associated with this secret.'],
    meaning: 'The credential works, and nothing rotates it.',
    advice: 'Enable rotation with a function, or rotate in process: `keyturn rotate --in-process`.',
    action: 'by-hand',
  },
  'rotation-turned-off': {
    title: 'Rotation is turned off',
    symptoms: ['Secret <arn> is not enabled for rotation', 'KEYTURN_ROTATION_DISABLED'],
    meaning: 'RotationEnabled is false; the credential works, and nothing rotates it.',
    advice:
      'Turn it on again with RotateSecret, or rotate in process: `keyturn rotate --in-process`.',
    action: 'by-hand',
  },
  'rotation-overdue': {
    title: 'The next rotation is overdue',
    symptoms: ['NextRotationDate lies in the past'],
    meaning: 'The service should have rotated by now; its attempts failed.',
    advice: "Rotate now, and read the function's log if it fails.",
    action: 'rotate',
  },
  healthy: {
    title: 'Healthy',
    symptoms: [],
    meaning: 'AWSCURRENT signs in, no rotation is stuck, and rotation is on.',
    advice: 'Nothing to do.',
    action: 'none',
  },
} as const satisfies Record<string, DiagnosisStateRow>;

/** One of {@link DIAGNOSIS_STATES}. */
export type DiagnosisState = keyof typeof DIAGNOSIS_STATES;
