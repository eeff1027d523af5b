/** A process that serves one event at a time. */
export interface PoolMember {
  ended(): boolean;
  end(): void;
}

export interface ProcessPool<T extends PoolMember> {
  /** Lends a process that is free, starts one, or waits for one where the limit is reached. */
  use<R>(work: (member: T) => Promise<R>): Promise<R>;
  close(): void;
}

/** Like Lambda: an environment serves one event at a time, is kept warm, and another one is started when it is busy. */
export function createProcessPool<T extends PoolMember>(
  start: () => T,
  limit: number,
): ProcessPool<T> {
  const members = new Set<T>();
  const waiting: (() => void)[] = [];
  let idle: T[] = [];
  let busy = 0;
  return {
    async use(work) {
      if (busy >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
      busy += 1;
      idle = idle.filter((member) => !member.ended());
      const member = idle.pop() ?? start();
      members.add(member);
      try {
        return await work(member);
      } finally {
        if (member.ended()) members.delete(member);
        else idle.push(member);
        busy -= 1;
        waiting.shift()?.();
      }
    },
    close() {
      for (const member of members) member.end();
    },
  };
}
