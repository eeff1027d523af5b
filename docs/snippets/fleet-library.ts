import { serviceRotator } from '@keyturn/adapters-aws';
import { rotateFleet, systemClock } from '@keyturn/core';

const report = await rotateFleet({
  members: [
    { secretId: 'prod/orders', cluster: 'sales.example:5439' },
    { secretId: 'prod/refunds', cluster: 'sales.example:5439' },
  ],
  rotate: serviceRotator(),
  clock: systemClock,
});
console.log(`${report.rotated.length} rotated, ${report.failed.length} failed`);
