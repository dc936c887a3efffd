import { eventStoreContract } from '../../../test/contracts/event-store.contract.js';
import { MemoryEventStore } from './memory-event-store.js';

eventStoreContract(async () => {
  const store = new MemoryEventStore();
  return { store, close: () => store.close() };
});
