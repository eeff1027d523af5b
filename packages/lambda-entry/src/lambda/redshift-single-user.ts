import { singleUser } from '@keyturn/core';
import { createRotationHandler } from '../create-rotation-handler.js';

export const handler = createRotationHandler({ strategy: singleUser() });
