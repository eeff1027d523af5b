/** One secret of a fleet. */
export interface FleetMember {
  readonly secretId: string;
  /** Members with the same key never run at the same time. Default: no member minds another. */
  readonly cluster?: string | undefined;
}

/** Who may start next: in the order given, but for those whose cluster is busy. */
export class FleetQueue {
  /** Waiting members by cluster, last first; the clusters in the order in which they may start. */
  readonly #idle = new Map<string, FleetMember[]>();
  readonly #busy = new Map<string, FleetMember[]>();
  #waiting: number;

  constructor(members: readonly FleetMember[]) {
    this.#waiting = members.length;
    for (const member of members) {
      const key = keyOf(member);
      const line = this.#idle.get(key);
      if (line === undefined) this.#idle.set(key, [member]);
      else line.push(member);
    }
    // Taking the last of a list costs the same however long it is.
    for (const line of this.#idle.values()) line.reverse();
  }

  /** How many have not been started. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The next member, whose cluster is busy from now on; undefined while every waiting one has to wait. */
  next(): FleetMember | undefined {
    for (const [key, line] of this.#idle) {
      const member = line.pop();
      this.#idle.delete(key);
      if (member === undefined) continue;
      this.#busy.set(key, line);
      this.#waiting -= 1;
      return member;
    }
    return undefined;
  }

  /** The member has ended, however it ended. */
  ended(member: FleetMember): void {
    const key = keyOf(member);
    const line = this.#busy.get(key);
    this.#busy.delete(key);
    if (line !== undefined && line.length > 0) this.#idle.set(key, line);
  }
}

function keyOf({ secretId, cluster }: FleetMember): string {
  return cluster === undefined ? `secret ${secretId}` : `cluster ${cluster}`;
}
