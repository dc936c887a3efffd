/** What was decided to be erased is erased: at once, and once more for what read models did not show at once. */
import { causeOf, type Saga } from '../saga.js';
import { eraseUserDataRequest } from './erase-user-data.job.js';

export const eraseUserDataSaga: Saga = {
  name: 'erase-user-data',
  topics: ['drafthorse.workspaces'],
  react(event) {
    if (event.type !== 'UserDataErased') return [];
    const { userId, erasedBy, erasedAt } = event.data;
    return [eraseUserDataRequest({ userId, erasedBy, erasedAt, cause: causeOf(event), sweep: 'first' })];
  },
};
