declare const proven: unique symbol;

/**
 * A stored credential of the secret has signed in, as the current user or as the one that comes next. Only the access
 * to stored credentials makes one, after the sign-in; no value of another type is assignable to it. It is good for
 * the very reading of AWSCURRENT that it was made with.
 */
export interface OwnershipProof {
  readonly [proven]: true;
}
