import { receiptsContract } from '../../../test/contracts/receipts.contract.js';
import { testDatabase } from '../../../test/support/database.js';
import { PostgresEventStore } from './postgres-event-store.js';
import { PostgresReceipts } from './postgres-receipts.js';

receiptsContract(async () => {
  const { database, drop } = await testDatabase({ poolSizeMax: 20 });
  const store = new PostgresEventStore(database);
  return {
    store,
    receipts: new PostgresReceipts({ claims: database, answers: database }),
    close: async () => {
      await store.close();
      await drop();
    },
  };
});
