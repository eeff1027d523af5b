import { noCurrentValue, refuseIfManaged, refuseIfStopped } from './decide-admission.js';
import { refuse, type Refusal } from './refusal.js';
import { versionWith, type SecretDescription, type VersionId } from './secret-description.js';
import { AWSCURRENT, AWSPENDING } from './staging-label.js';

/** Whether a whole rotation may be run in process; `takesOver` names the version that loses AWSPENDING. */
export type OwnRotation =
  { readonly kind: 'admitted'; readonly takesOver: VersionId | undefined } | Refusal;

/**
 * The guards of a rotation that nobody but the caller asked for. A secret with RotationEnabled false counts as
 * one without a rotation function, even where the service still stores its ARN.
 * @param force goes on although another rotation seems to be under way, or a function rotates the secret
 */
export function decideOwnRotation(secret: SecretDescription, force: boolean): OwnRotation {
  const managed = refuseIfManaged(secret);
  if (managed !== undefined) return managed;
  const current = versionWith(secret, AWSCURRENT);
  if (current === undefined) return refuse(noCurrentValue);
  const pending = versionWith(secret, AWSPENDING);
  const other = pending === current ? undefined : pending;
  const stopped = other === undefined ? undefined : refuseIfStopped(secret, other);
  if (stopped !== undefined) return stopped;
  if (other !== undefined && !force) {
    return refuse({
      code: 'KEYTURN_ROTATION_UNDER_WAY',
      field: AWSPENDING,
      message: `A previous rotation is not complete: AWSPENDING is on version ${other}.`,
      remedy: 'Let it end, or see how it is stuck with `keyturn doctor`.',
    });
  }
  if (secret.rotationFunction !== undefined && secret.rotationEnabled !== false && !force) {
    return refuse({
      code: 'KEYTURN_ROTATION_BY_FUNCTION',
      message: `The secret is rotated by the function ${secret.rotationFunction}.`,
      remedy: 'Ask the service to rotate it (RotateSecret), which keeps to its schedule.',
    });
  }
  return { kind: 'admitted', takesOver: other };
}
