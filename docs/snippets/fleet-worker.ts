import { serviceRotator } from '@keyturn/adapters-aws';

const rotate = serviceRotator({ timeoutMs: 600_000 });

export const handler = ({ secretId }: { secretId: string }) => rotate(secretId);
