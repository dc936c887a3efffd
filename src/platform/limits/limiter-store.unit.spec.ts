import { limiterStoreContract } from '../../../test/contracts/limiter-store.contract.js';
import { memoryLimiterStore } from './limiter-store.js';

limiterStoreContract(memoryLimiterStore, { shared: false });
