import { receiptsContract } from '../../../test/contracts/receipts.contract.js';
import { MemoryEventStore } from './memory-event-store.js';

receiptsContract(async () => {
  const store = new MemoryEventStore();
  return { store, receipts: store.receipts, close: () => store.close() };
});
