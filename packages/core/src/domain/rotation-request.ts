import type { VersionId } from './secret-description.js';
import { isRefusal, refuse, type Refusal } from './refusal.js';
import { Sensitive } from './sensitive.js';

/** The four steps of a rotation, in order, spelled as on the wire. */
export const ROTATION_STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** One of {@link ROTATION_STEPS}. */
export type RotationStep = (typeof ROTATION_STEPS)[number];

/** One step of one rotation, as Secrets Manager asks for it. */
export interface RotationRequest {
  readonly step: RotationStep;
  readonly secretId: string;
  /** The version this rotation works on: the event's ClientRequestToken. */
  readonly versionId: VersionId;
  /** Identifies the caller where the function assumes a role; passed on to PutSecretValue, never logged. */
  readonly rotationToken?: Sensitive;
  /** When the step must have ended, in epoch milliseconds; absent where nobody said. */
  readonly deadline?: number;
}

/**
 * Parses a rotation event. Unknown keys are ignored, since the service may add some.
 * @returns the request, or a refusal with code `KEYTURN_INVALID_EVENT`.
 */
export function parseRotationEvent(event: unknown): RotationRequest | Refusal {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    return invalid('event', 'is not an object', 'Invoke the function through Secrets Manager.');
  }
  const fields = event as Record<string, unknown>;
  const step = ROTATION_STEPS.find((known) => known === fields['Step']);
  if (step === undefined) {
    return invalid('Step', 'is not a rotation step', `Send one of ${ROTATION_STEPS.join(', ')}.`);
  }
  const secretId = boundedText(fields, 'SecretId', 1, 2048);
  if (isRefusal(secretId)) return secretId;
  // The service's model: 32 to 64 characters, and it becomes the version id.
  const versionId = boundedText(fields, 'ClientRequestToken', 32, 64);
  if (isRefusal(versionId)) return versionId;
  if (fields['RotationToken'] === undefined || fields['RotationToken'] === null) {
    return { step, secretId, versionId };
  }
  const rotationToken = boundedText(fields, 'RotationToken', 1, 256);
  if (isRefusal(rotationToken)) return rotationToken;
  return { step, secretId, versionId, rotationToken: new Sensitive(rotationToken) };
}

function boundedText(
  fields: Record<string, unknown>,
  field: string,
  least: number,
  most: number,
): string | Refusal {
  const value = fields[field];
  if (typeof value !== 'string') {
    return invalid(field, 'is not a string', `Send the ${field} that Secrets Manager passes on.`);
  }
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is refused
  if (value.length < least || value.length > most || /[\u0000-\u001f\u007f]/.test(value)) {
    return invalid(
      field,
      `has to be ${least} to ${most} printable characters`,
      `Send the ${field} that Secrets Manager passes on.`,
    );
  }
  return value;
}

function invalid(field: string, problem: string, remedy: string): Refusal {
  const message = `${field === 'event' ? 'The rotation event' : `${field} of the rotation event`} ${problem}.`;
  return refuse({ code: 'KEYTURN_INVALID_EVENT', field, message, remedy });
}
