/** The driver's process: one order after the other over its channel, the same code for every contender. */
import { put } from './load.js';
import type { Answer, Order } from './shop.js';

const answer = (message: Answer) => void process.send?.(message);

process.on('message', (order: Order) => {
  put(order).then(
    (outcome) => answer({ outcome }),
    (error: unknown) => answer({ error: error instanceof Error ? error.message : String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));
